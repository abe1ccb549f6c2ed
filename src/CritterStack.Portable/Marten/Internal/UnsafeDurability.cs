using Microsoft.Extensions.Configuration;

namespace Marten.Internal;

/// <summary>Whether a server that may lose acknowledged writes was allowed by name.</summary>
internal static class UnsafeDurability
{
    /// <summary>Key of the configuration; as an environment variable <c>CritterStack__AllowUnsafeDurability</c>.</summary>
    public const string Key = "CritterStack:AllowUnsafeDurability";

    public static bool AllowedBy(IConfiguration? configuration) =>
        string.Equals(
            configuration?[Key] ?? Environment.GetEnvironmentVariable(Key.Replace(":", "__", StringComparison.Ordinal)),
            "true",
            StringComparison.OrdinalIgnoreCase);
}
