using System.Security.Cryptography;
using System.Text;

namespace Marten.Events.Daemon;

/// <summary>Names inside SQL text, where no parameter can stand.</summary>
internal static class Identifiers
{
    private const int LongestName = 63;

    /// <summary>The name in quotes.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Schema and name, both in quotes.</summary>
    public static string Quote(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    /// <summary>The schema in which a projection is rebuilt; long names end in a hash, since PostgreSQL would cut them silently.</summary>
    public static string ShadowSchema(string schema, string projection)
    {
        var name = $"{schema}_rebuild_{projection}".ToLowerInvariant();
        if (Encoding.UTF8.GetByteCount(name) <= LongestName && projection == projection.ToLowerInvariant())
            return name;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{schema}/{projection}")))[..12];
        var kept = name.Length > LongestName - 13 ? name[..(LongestName - 13)] : name;
        return $"{kept}_{hash}";
    }

    /// <summary>A lock key that is the same in every process and differs between purposes and schemas.</summary>
    public static long LockKey(string purpose, string schema, string name) =>
        BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{schema}\n{name}")));
}
