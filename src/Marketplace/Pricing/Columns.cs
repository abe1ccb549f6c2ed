namespace Marketplace.Pricing;

/// <summary>Rows as the columns that a statement over arrays takes.</summary>
public static class Columns
{
    /// <summary>One value of each row, in their order.</summary>
    public static T[] Column<TRow, T>(this IReadOnlyList<TRow> rows, Func<TRow, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(rows[i]);
        return column;
    }
}
