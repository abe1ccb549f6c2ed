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
        try
        {
            var problem = IdentitySettings.Read(builder.Configuration, DevelopmentDatabase.Folder(builder.Configuration), out settings);
            return problem is null || Fails(problem);
        }
        catch (LocalPostgresException e)
        {
            return Fails(e.Message);
        }
    }

    /// <summary>Registers who checks tokens; a development key that cannot be had is told on the error output.</summary>
    public static bool TryAddIdentity(this WebApplicationBuilder builder, IdentitySettings settings)
    {
        try
        {
            builder.AddIdentity(settings);
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
