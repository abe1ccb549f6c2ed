using System.Buffers;
using System.Text.RegularExpressions;

namespace Marketplace.HttpTests.Logs;

/// <summary>Finds in lines of a log what must not be there: anything known to be secret, and anything that looks it.</summary>
public static partial class LogSecrets
{
    /// <summary>Shorter ones would be found in words.</summary>
    public const int LeastLength = 12;

    private const int MostFindings = 20;

    /// <summary>What was found, line by line, with the secret itself left out; the first few of them.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> lines, IReadOnlyCollection<string> secrets)
    {
        var known = secrets.Where(secret => secret.Length >= LeastLength).ToArray();
        var any = SearchValues.Create(known, StringComparison.Ordinal);
        var found = new List<string>();
        foreach (var line in lines)
        {
            if (known.Length > 0 && line.AsSpan().ContainsAny(any))
                found.Add("a secret: " + known.Aggregate(line, (text, secret) => text.Replace(secret, "‹secret›")));
            else if (Token().Match(line) is { Success: true } token) found.Add("what looks like a token: " + line.Replace(token.Value, "‹token›"));
            else if (Password().Match(line) is { Success: true } password) found.Add("what looks like a password: " + line.Replace(password.Value, "‹password›"));
            if (found.Count == MostFindings) break;
        }
        return found;
    }

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.|[Bb]earer\s+[A-Za-z0-9._~+/-]{20,}|Authorization['""]?\s*[:=]\s*['""]?\w+ [A-Za-z0-9._~+/-]{8,}")]
    private static partial Regex Token();

    [GeneratedRegex(@"\b(?i:password|pwd)\s*=\s*(?!\*)[^;\s'""]+")]
    private static partial Regex Password();
}
