using System.Collections.Concurrent;
using DevelopmentIssuer;
using LocalPostgres;

namespace PlayPrices;

/// <summary>The callers' tokens: a player of the marketplace's own machine signs them with its development key, one per caller.</summary>
public sealed class Tokens(DevelopmentKey key, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<(string Role, string Subject), string> issued = new();

    /// <summary>Where the marketplace keeps its key when it was told of no other place.</summary>
    public static string DefaultKeyFile() => Path.Combine(
        Environment.GetEnvironmentVariable("MARKETPLACE_DATA") is { Length: > 0 } named ? named : DataFolders.Default(), DevelopmentKey.FileName);

    /// <summary>Signs with the key of a file that the marketplace, or its command token, has made.</summary>
    public static Tokens With(string keyFile)
    {
        if (!File.Exists(keyFile))
            throw new UsageException($"There is no development key at '{keyFile}': start the marketplace first, or name the file with --key-file.");
        return new Tokens(DevelopmentKey.ReadOrMake(keyFile), TimeProvider.System);
    }

    /// <summary>The token of a subject in a role; valid for longer than any run takes.</summary>
    public string Of(string role, string subject) => issued.GetOrAdd((role, subject),
        caller => DevelopmentTokens.Issue(key, caller.Subject, [caller.Role], clock.GetUtcNow(), DevelopmentTokens.LongestLifetime));

    public void Dispose() => key.Dispose();
}
