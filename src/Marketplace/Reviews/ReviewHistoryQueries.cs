using Marketplace.Http;
using Npgsql;

namespace Marketplace.Reviews;

/// <summary>
/// Reads what reviews were at a past instant (effective time) or position. Its callers wait for <see cref="ReviewHistory"/> first
/// (<see cref="AsyncReads"/>).
/// </summary>
public sealed class ReviewHistoryQueries(NpgsqlDataSource db)
{
    /// <summary>The statement of the summary at an instant.</summary>
    public const string SummaryAtInstant = """
        select coalesce(rating, 0), count(*) from review_history
         where product_id = $1 and visible and effective_to > $2 and effective_at <= $2 group by 1
        """;

    /// <summary>The statement of the summary at a position.</summary>
    public const string SummaryAtPosition = """
        select coalesce(rating, 0), count(*) from review_history
         where product_id = $1 and visible and position_to > $2 and position <= $2 group by 1
        """;

    // The words are read from the events that hold them, and only those of the reviews on the page.
    private const string ListAtInstant = """
        select h.product_id, h.reviewer_id, h.rating, e.data ->> 'title', e.data ->> 'body', h.helpful, h.unhelpful, h.written_at, 'visible', h.version
          from (select * from review_history where product_id = $1 and visible and effective_to > $2 and effective_at <= $2
                 order by helpful desc, written_at desc, reviewer_id desc limit $3) as h
          join mt_events as e on e.seq_id = h.content_position
         order by h.helpful desc, h.written_at desc, h.reviewer_id desc
        """;

    /// <summary>The summary of the product's reviews that were visible at a moment.</summary>
    public async Task<ReviewSummary> SummaryAsync(string productId, Moment moment, CancellationToken ct)
    {
        await using var command = db.CreateCommand(moment.Instant is null ? SummaryAtPosition : SummaryAtInstant);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(moment.Instant is { } instant
            ? new NpgsqlParameter<DateTimeOffset> { TypedValue = instant }
            : new NpgsqlParameter<long> { TypedValue = moment.Position!.Value });
        return await ReviewSummary.ReadAsync(command, ct);
    }

    /// <summary>The product's reviews that were visible at an instant, as they were then, most helpful first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<ReviewView>> ListAsync(string productId, DateTimeOffset instant, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(ListAtInstant);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = instant });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var reviews = new List<ReviewView>();
        while (await reader.ReadAsync(ct)) reviews.Add(ReviewView.Read(reader));
        return reviews;
    }
}
