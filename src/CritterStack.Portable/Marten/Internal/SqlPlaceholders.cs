using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Marten.Internal;

/// <summary>A statement whose <c>?</c> placeholders were numbered as PostgreSQL wants them.</summary>
internal sealed class SqlPlaceholders
{
    /// <summary>Statements are constants: a program that has more than these composes them, and gains nothing from remembering.</summary>
    private const int MostRemembered = 4096;

    private static readonly ConcurrentDictionary<string, SqlPlaceholders> Known = new(StringComparer.Ordinal);

    private readonly string _original;
    private readonly int _count;

    private SqlPlaceholders(string original, string sql, int count)
    {
        _original = original;
        Sql = sql;
        _count = count;
    }

    public string Sql { get; }

    public static SqlPlaceholders Of(string sql)
    {
        if (Known.TryGetValue(sql, out var known))
        {
            return known;
        }

        var parsed = Parse(sql);
        if (Known.Count < MostRemembered)
        {
            Known.TryAdd(sql, parsed);
        }

        return parsed;
    }

    public void AssertCount(int values)
    {
        if (values != _count)
        {
            throw new ArgumentException($"The statement has {_count} placeholders, but {values} values were given: {_original}");
        }
    }

    private static SqlPlaceholders Parse(string sql)
    {
        var numbered = new StringBuilder(sql.Length + 16);
        var count = 0;
        for (var at = 0; at < sql.Length;)
        {
            var length = SqlTokens.LengthOfOpaque(sql, at);
            if (length > 0)
            {
                numbered.Append(sql, at, length);
                at += length;
            }
            else if (sql[at] == '?')
            {
                numbered.Append(CultureInfo.InvariantCulture, $"${++count}");
                at++;
            }
            else
            {
                numbered.Append(sql[at++]);
            }
        }

        return new SqlPlaceholders(sql, numbered.ToString(), count);
    }
}
