using Marketplace.Domain;
using Marketplace.Http;
using Npgsql;

namespace Marketplace.Reviews;

/// <summary>Reads the current reviews. Lists are keyset scans of an index; the summary is the sum of at most 48 counters.</summary>
public sealed class ReviewQueries(NpgsqlDataSource db)
{
    private const string One = $"select {ReviewView.Columns} from review where product_id = $1 and reviewer_id = $2 and status = 'visible'";

    /// <summary>The statement of the summary.</summary>
    public const string Summary = "select rating, sum(visible)::bigint from review_count where product_id = $1 group by rating";

    /// <summary>The statement of the list of most helpful first.</summary>
    public const string ByHelpful = $"""
        select {ReviewView.Columns} from review
         where product_id = $1 and status = 'visible' and (helpful, written_at, reviewer_id) < ($2, $3, $4)
         order by helpful desc, written_at desc, reviewer_id desc limit $5
        """;

    /// <summary>The statement of the list of written last first.</summary>
    public const string ByRecent = $"""
        select {ReviewView.Columns} from review
         where product_id = $1 and status = 'visible' and (written_at, reviewer_id) < ($2, $3)
         order by written_at desc, reviewer_id desc limit $4
        """;

    /// <summary>The review when it is visible, else null.</summary>
    public async Task<ReviewView?> FindAsync(ReviewId id, CancellationToken ct)
    {
        await using var command = db.CreateCommand(One);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id.ProductId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id.ReviewerId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? ReviewView.Read(reader) : null;
    }

    /// <summary>A page of a product's visible reviews.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="sort">The order.</param>
    /// <param name="after">Where the page before ended, or null for the first page.</param>
    /// <param name="limit">The most reviews on the page.</param>
    /// <param name="ct">Ends the query.</param>
    public async Task<Page<ReviewView>> ListAsync(string productId, ReviewSort sort, ReviewKey? after, int limit, CancellationToken ct)
    {
        var key = after ?? ReviewKey.First;
        await using var command = db.CreateCommand(sort == ReviewSort.Helpful ? ByHelpful : ByRecent);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        if (sort == ReviewSort.Helpful) command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = key.Helpful });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = key.WrittenAt });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.ReviewerId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var reviews = new List<ReviewView>();
        while (await reader.ReadAsync(ct)) reviews.Add(ReviewView.Read(reader));
        return Page<ReviewView>.Of(reviews, limit, r => ReviewKey.Of(r).Encode(sort));
    }

    /// <summary>The summary of a product's visible reviews, however many, without counting them.</summary>
    public async Task<ReviewSummary> SummaryAsync(string productId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Summary);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        return await ReviewSummary.ReadAsync(command, ct);
    }
}
