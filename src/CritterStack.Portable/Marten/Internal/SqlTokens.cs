namespace Marten.Internal;

/// <summary>The parts of a statement in which a character means nothing but itself.</summary>
internal static class SqlTokens
{
    /// <summary>Length of the string, quoted name or comment that begins at <paramref name="at"/>; 0 when none does.</summary>
    public static int LengthOfOpaque(string sql, int at) => sql[at] switch
    {
        '\'' => Quoted(sql, at, '\'', IsEscapeString(sql, at)),
        '"' => Quoted(sql, at, '"', false),
        '$' => DollarQuoted(sql, at),
        '-' when Follows(sql, at, '-') => UntilEnd(sql, at, sql.IndexOf('\n', at)),
        '/' when Follows(sql, at, '*') => Comment(sql, at),
        _ => 0,
    };

    private static bool Follows(string sql, int at, char next) => at + 1 < sql.Length && sql[at + 1] == next;

    private static int UntilEnd(string sql, int at, int end) => (end < 0 ? sql.Length : end) - at;

    private static bool IsEscapeString(string sql, int at) =>
        at > 0 && sql[at - 1] is 'e' or 'E' && (at == 1 || !IsNamePart(sql[at - 2]));

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static int Quoted(string sql, int at, char quote, bool backslashes)
    {
        for (var end = at + 1; end < sql.Length; end++)
        {
            if (sql[end] == '\\' && backslashes)
            {
                end++;
            }
            else if (sql[end] == quote && !Follows(sql, end, quote))
            {
                return end + 1 - at;
            }
            else if (sql[end] == quote)
            {
                end++;
            }
        }

        return sql.Length - at;
    }

    private static int DollarQuoted(string sql, int at)
    {
        if (at > 0 && IsNamePart(sql[at - 1]))
        {
            return 0;
        }

        var tagEnd = at + 1;
        while (tagEnd < sql.Length && (char.IsLetterOrDigit(sql[tagEnd]) || sql[tagEnd] == '_'))
        {
            tagEnd++;
        }

        if (tagEnd >= sql.Length || sql[tagEnd] != '$' || (tagEnd > at + 1 && char.IsDigit(sql[at + 1])))
        {
            return 0;
        }

        var tag = sql.Substring(at, tagEnd + 1 - at);
        var end = sql.IndexOf(tag, tagEnd + 1, StringComparison.Ordinal);
        return end < 0 ? sql.Length - at : end + tag.Length - at;
    }

    private static int Comment(string sql, int at)
    {
        var depth = 0;
        for (var end = at; end + 1 < sql.Length; end++)
        {
            if (sql[end] == '/' && sql[end + 1] == '*')
            {
                depth++;
                end++;
            }
            else if (sql[end] == '*' && sql[end + 1] == '/')
            {
                end++;
                if (--depth == 0)
                {
                    return end + 1 - at;
                }
            }
        }

        return sql.Length - at;
    }
}
