namespace Marketplace.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">The items in the order of the list.</param>
/// <param name="Next">The cursor that continues after the last of them, or null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>The page of at most <paramref name="limit"/> items out of rows read with one more, which tells whether there is another page.</summary>
    public static Page<T> Of(IReadOnlyList<T> rows, int limit, Func<T, string> cursor) =>
        rows.Count > limit ? new Page<T>([.. rows.Take(limit)], cursor(rows[limit - 1])) : new Page<T>(rows, null);
}
