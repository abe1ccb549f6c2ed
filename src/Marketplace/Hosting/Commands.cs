namespace Marketplace.Hosting;

/// <summary>What the program does besides serving: its other commands on the command line.</summary>
public static class Commands
{
    /// <summary>The help text when the arguments ask for it, else null.</summary>
    public static string? Help(string[] args) => args is ["help" or "--help" or "-h", ..] ? Text : null;

    /// <summary>The command that the arguments name, else null: then the program serves.</summary>
    public static Func<WebApplication, Task<int>>? Find(string[] args) => null;

    private const string Text = """
        Marketplace: offers, lowest prices, reviews and price history, as events, over HTTP.

          (nothing)               serves; --urls http://127.0.0.1:5000 names the address
          import-listing FILE     reads a listing page into products, offers and reviews
          rebuild [NAME]          rebuilds every read model, or one, from the events
          help                    says this

        Without ConnectionStrings__Marketplace a private PostgreSQL cluster runs in the folder MARKETPLACE_DATA
        (default: a per-user data folder).
        """;
}
