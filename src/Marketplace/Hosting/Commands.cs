using Marketplace.Identity;
using Marketplace.Listings;
using Marketplace.Operations;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Hosting;

/// <summary>What the program does besides serving: its other commands on the command line.</summary>
public static class Commands
{
    /// <summary>Runs to its end with the program's services and returns the exit code.</summary>
    public delegate Task<int> Command(IServiceProvider services, CancellationToken ct);

    private const string Text = """
        Marketplace: offers, lowest prices, reviews and price history, as events, over HTTP.

          (nothing)               serves; --urls http://127.0.0.1:5000 names the address
          import-listing FILE     reads a listing page into products, offers and reviews
          rebuild [NAME]          rebuilds every read model, or one, from the events; a running program may go on
          token --role ROLE --subject SUBJECT [--expires 8h]
                                  prints a token of the program's own, for development; --role may be repeated
          help                    says this

        Without ConnectionStrings__Marketplace a private PostgreSQL cluster runs in the folder MARKETPLACE_DATA
        (default: a per-user data folder). Authentication__Authority and Authentication__Audience name the OpenID Connect
        issuer of tokens; without them, and with a database on this machine, tokens are the program's own, signed with a
        key kept in that folder.
        """;

    /// <summary>The help text when the arguments ask for it, else null.</summary>
    public static string? Help(string[] args) => args is ["help" or "--help" or "-h", ..] ? Text : null;

    /// <summary>The command that the arguments name, else null: then the program serves.</summary>
    public static Command? Find(string[] args) => args switch
    {
        ["import-listing", var file] => (services, ct) => ImportListing.RunAsync(file, services, Console.Out, Console.Error, ct),
        ["rebuild"] => (services, ct) => RebuildCommand.RunAsync(null, services, Console.Out, Console.Error, ct),
        ["rebuild", var name] => (services, ct) => RebuildCommand.RunAsync(name, services, Console.Out, Console.Error, ct),
        ["rebuild", ..] => Misused("rebuild [NAME]"),
        ["import-listing", ..] => Misused("import-listing FILE"),
        _ => null,
    };

    /// <summary>The command <c>token</c>, which needs nothing of the program but its settings.</summary>
    public static int Token(IReadOnlyList<string> args)
    {
        if (args is ["help" or "--help" or "-h"])
        {
            Console.WriteLine(TokenCommand.Usage);
            return 0;
        }
        var configuration = WebApplication.CreateBuilder().Configuration;
        return TokenCommand.Run(args, configuration, IdentityAtStart.DevelopmentFolder(configuration), TimeProvider.System, Console.Out, Console.Error);
    }

    /// <summary>
    /// Whether the arguments name a command of the framework's, such as <c>codegen write</c>. To look for its commands takes the framework
    /// half a second, which a start without one is spared.
    /// </summary>
    public static bool NamesOne(string[] args) => args is [not ['-', ..], ..];

    /// <summary>Whether the arguments ask for the code of the endpoints alone (<see cref="Endpoints"/>): that takes no database.</summary>
    public static bool OnlyGeneratesCode(string[] args) => args is ["codegen", ..];

    /// <summary>
    /// The arguments without settings of the form <c>--name=value</c>: the configuration has them by now, and the framework's own
    /// command line, which would cut a value at every <c>=</c>, knows none of them.
    /// </summary>
    public static string[] WithoutSettings(string[] args) =>
        [.. args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('='))];

    /// <summary>Keeps the program from listening: a command needs everything else, the schema and the daemon too.</summary>
    public static void DoNotListen(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IServer, NoServer>();

    /// <summary>Starts the program without listening, runs the command and stops again.</summary>
    public static async Task<int> RunAsync(this WebApplication app, Command command)
    {
        await app.StartAsync();
        try
        {
            return await command(app.Services, app.Lifetime.ApplicationStopping);
        }
        finally
        {
            await app.StopAsync();
        }
    }

    private static Command Misused(string usage) => async (_, _) =>
    {
        await Console.Error.WriteLineAsync($"Usage: {usage}");
        return 2;
    };

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull =>
            Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
