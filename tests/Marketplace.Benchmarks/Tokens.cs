using System.Collections.Concurrent;
using DevelopmentIssuer;

namespace Marketplace.Benchmarks;

/// <summary>The callers' tokens, signed with a key of this run that the application is told of.</summary>
internal static class Tokens
{
    private static readonly ConcurrentDictionary<(string Role, string Subject), string> Issued = new();
    private static readonly Lazy<(string File, DevelopmentKey Key)> Signing = new(Make);

    /// <summary>The setting that makes the application trust these tokens, as an environment variable.</summary>
    public static (string Name, string Value) Setting => ("Authentication__DevelopmentKeyFile", Signing.Value.File);

    /// <summary>A token of a subject in a role, made once.</summary>
    public static string Of(string role, string subject) => Issued.GetOrAdd((role, subject),
        caller => DevelopmentTokens.Issue(Signing.Value.Key, caller.Subject, [caller.Role], TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)));

    private static (string, DevelopmentKey) Make()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-bench-tokens-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var file = Path.Combine(folder, DevelopmentKey.FileName);
        return (file, DevelopmentKey.ReadOrMake(file));
    }
}
