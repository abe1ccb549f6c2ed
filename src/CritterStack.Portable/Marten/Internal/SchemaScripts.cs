using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Marten.Internal;

/// <summary>The database objects of a store, one script each, in the order they need each other.</summary>
internal static partial class SchemaScripts
{
    public static readonly IReadOnlyList<string> Tables = ["mt_streams", "mt_events", "mt_event_progression", "mt_high_water_skips"];

    private static readonly string[] Functions =
        ["mt_portable_refuse", "mt_portable_append_one", "mt_portable_lock", "mt_portable_append"];

    /// <summary>Everything, safe to run over what is there already.</summary>
    /// <exception cref="ArgumentException"><paramref name="schema"/> is no plain name in lower case</exception>
    public static string For(string schema)
    {
        AssertPlain(schema);
        var all = new StringBuilder($"create schema if not exists {schema};\n");
        foreach (var name in Tables.Concat(Functions))
        {
            all.AppendLine(Read(name).Replace("{schema}", schema, StringComparison.Ordinal));
        }

        return all.ToString();
    }

    /// <summary>Tells one edition of the scripts from another.</summary>
    public static string MarkOf(string scripts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scripts)));

    private static void AssertPlain(string schema)
    {
        if (!PlainName().IsMatch(schema))
        {
            throw new ArgumentException($"The schema's name '{schema}' must be 1 to 50 characters of a-z, 0-9 and _, the first no digit");
        }
    }

    private static string Read(string name)
    {
        using var script = typeof(SchemaScripts).Assembly.GetManifestResourceStream(name + ".sql")
            ?? throw new InvalidOperationException($"The script {name}.sql was not built in");
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,49}$")]
    private static partial Regex PlainName();
}
