using DevelopmentIssuer;
using LocalPostgres;
using Marketplace.Identity;

namespace Marketplace.Hosting;

/// <summary>Settles at the start whose tokens are trusted. A program that cannot know serves nobody: it says what to set, and ends.</summary>
public static class IdentityAtStart
{
    /// <summary>Reads the settings; without them a program that serves says on the error output what to set.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="serves">Whether it will serve requests; a command trusts nobody and needs no settings.</param>
    /// <param name="settings">The settings.</param>
    public static bool TryReadIdentity(this WebApplicationBuilder builder, bool serves, out IdentitySettings settings)
    {
        settings = IdentitySettings.Nobody;
        if (!serves) return true;
        var problem = IdentitySettings.Read(builder.Configuration, DevelopmentFolder(builder.Configuration), out settings);
        return problem is null || Fails(problem);
    }

    /// <summary>The folder of the program's own key; null where the data is elsewhere, and tokens must be an issuer's.</summary>
    public static string? DevelopmentFolder(IConfiguration configuration)
    {
        try
        {
            return DevelopmentDatabase.IsOnThisMachine(configuration) ? DevelopmentDatabase.Folder(configuration) : null;
        }
        catch (LocalPostgresException)
        {
            // A user without a home has nowhere to keep a key.
            return null;
        }
    }

    /// <summary>Registers who checks tokens; a development key that cannot be had is told on the error output.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="settings">Whose tokens are trusted.</param>
    /// <param name="besideOwnData">Whether the program runs a database of its own, so that nobody expects tokens of an issuer.</param>
    public static bool TryAddIdentity(this WebApplicationBuilder builder, IdentitySettings settings, bool besideOwnData)
    {
        try
        {
            builder.AddIdentity(settings, besideOwnData);
            return true;
        }
        catch (DevelopmentKeyException e)
        {
            return Fails(e.Message);
        }
    }

    private static bool Fails(string problem)
    {
        Console.Error.WriteLine(problem);
        return false;
    }
}
