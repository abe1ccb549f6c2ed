using System.Globalization;
using DevelopmentIssuer;
using LocalPostgres;
using Marketplace.Domain;

namespace Marketplace.Identity;

/// <summary>
/// The command <c>token</c>: prints a token of the program's own, for development. It needs the key's file and nothing else, so it works
/// while the program runs and before it ever ran.
/// </summary>
public static class TokenCommand
{
    /// <summary>How to call it.</summary>
    public const string Usage = "token --role ROLE [--role ROLE …] --subject SUBJECT [--expires 8h]";

    private static readonly Dictionary<char, TimeSpan> Units = new()
    {
        ['s'] = TimeSpan.FromSeconds(1), ['m'] = TimeSpan.FromMinutes(1), ['h'] = TimeSpan.FromHours(1), ['d'] = TimeSpan.FromDays(1),
    };

    /// <summary>Prints a token, or says what is wrong.</summary>
    /// <param name="args">The arguments behind the command's name.</param>
    /// <param name="configuration">Where the settings stand.</param>
    /// <param name="developmentFolder">The folder for the program's own key, or null where the data is on another machine.</param>
    /// <param name="clock">Says from when the token is valid.</param>
    /// <param name="output">Gets the token and nothing else.</param>
    /// <param name="errors">Gets the sentence.</param>
    /// <returns>0; 1 when there is no key to sign with here; 2 when the arguments are wrong.</returns>
    public static int Run(IReadOnlyList<string> args, IConfiguration configuration, string? developmentFolder, TimeProvider clock,
        TextWriter output, TextWriter errors)
    {
        if (Parse(args, out var roles, out var subject, out var lifetime) is { } mistake)
        {
            errors.WriteLine($"{mistake}\nUsage: {Usage}");
            return 2;
        }
        if (IdentitySettings.Read(configuration, developmentFolder, out var settings) is { } problem)
        {
            errors.WriteLine(problem);
            return 1;
        }
        if (settings.DevelopmentKeyFile is not { } file)
        {
            errors.WriteLine($"Tokens come from {settings.Authority} here ({IdentitySettings.AuthorityName}); this program signs its own in development alone.");
            return 1;
        }
        try
        {
            // A private cluster expects its folder as it would have made it.
            if (developmentFolder is not null) DataFolders.Prepare(developmentFolder);
            using var key = DevelopmentKey.ReadOrMake(file);
            output.WriteLine(DevelopmentTokens.Issue(key, subject, roles, clock.GetUtcNow(), lifetime));
            return 0;
        }
        catch (Exception e) when (e is DevelopmentKeyException or UnauthorizedAccessException or IOException)
        {
            errors.WriteLine(e.Message);
            return 1;
        }
    }

    private static string? Parse(IReadOnlyList<string> args, out List<string> roles, out string subject, out TimeSpan lifetime)
    {
        (roles, subject, lifetime) = ([], "", DevelopmentTokens.DefaultLifetime);
        string? expires = null;
        for (var i = 0; i < args.Count; i += 2)
        {
            if (args[i] is not ("--role" or "--subject" or "--expires")) return $"'{args[i]}' is no option of token.";
            if (i + 1 == args.Count) return $"{args[i]} needs a value.";
            var value = args[i + 1];
            if (args[i] == "--role" && Word.Parse<Role>(value) is null) return $"'{value}' is no role; there are {Word.All<Role>()}.";
            if (args[i] == "--role") roles.Add(value);
            else if (args[i] == "--subject" ? subject.Length > 0 : expires is not null) return $"{args[i]} is given more than once.";
            else if (args[i] == "--subject" && !Bearer.IsSubject(value)) return $"--subject must be 1 to {Bearer.MaxSubject} visible ASCII characters.";
            else if (args[i] == "--subject") subject = value;
            else expires = value;
        }
        if (roles.Count == 0) return $"--role is missing; there are {Word.All<Role>()}.";
        if (subject.Length == 0) return "--subject is missing.";
        roles = [.. roles.Distinct()];
        return expires is null || TryLifetime(expires, out lifetime) ? null
            : $"--expires must be a whole number of s, m, h or d, such as 8h, and at most {DevelopmentTokens.LongestLifetime.Days}d.";
    }

    private static bool TryLifetime(string text, out TimeSpan lifetime)
    {
        lifetime = default;
        if (!Units.TryGetValue(text.LastOrDefault(), out var unit)) return false;
        // Seven digits of days are no more than a TimeSpan can hold.
        if (text.Length > 8 || !int.TryParse(text.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return false;
        lifetime = number * unit;
        return lifetime <= DevelopmentTokens.LongestLifetime;
    }
}
