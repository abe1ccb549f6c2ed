using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Marten.Internal;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>
/// Turns <c>schema.table</c> in a projection's SQL into the copy's name. Tables named without a schema need no rewriting:
/// the session's search_path finds the copy.
/// </summary>
internal sealed class TableRewrite
{
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly (Regex Name, string Copy)[] _tables;

    /// <summary>Rewrites the names of <paramref name="tables"/> to copies in <paramref name="shadow"/>.</summary>
    public TableRewrite(string shadow, IReadOnlyList<OwnedTable> tables) => _tables =
    [
        .. tables.Select(t => (
            new Regex(
                $"""(?<![\w$".])"?{Regex.Escape(t.Schema)}"?\s*\.\s*"?{Regex.Escape(t.Name)}"?(?![\w$"])""",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant),
            Identifiers.Quote(shadow, t.Name).Replace("$", "$$", StringComparison.Ordinal))),
    ];

    /// <summary>The statement for the copies.</summary>
    public string Apply(string sql) => _known.GetOrAdd(sql, static (s, rewrite) => rewrite.Rewrite(s), this);

    private string Rewrite(string sql)
    {
        var result = new StringBuilder(sql.Length + 32);
        var code = new StringBuilder(sql.Length);
        for (var at = 0; at < sql.Length;)
        {
            var length = SqlTokens.LengthOfOpaque(sql, at);
            if (length == 0 || sql[at] == '"')
            {
                code.Append(sql, at, Math.Max(1, length));
                at += Math.Max(1, length);
                continue;
            }
            // Strings and comments stay as they are.
            result.Append(RewriteCode(code)).Append(sql, at, length);
            code.Clear();
            at += length;
        }
        return result.Append(RewriteCode(code)).ToString();
    }

    private string RewriteCode(StringBuilder code)
    {
        var text = code.ToString();
        foreach (var (name, copy) in _tables)
            text = name.Replace(text, copy);
        return text;
    }
}
