using JasperFx.Events;
using Marketplace.Storage;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Reviews;

/// <summary>
/// The read model <c>review_history</c>, behind the log: what each review was from one event to the next. A batch reads the spans in force of
/// the reviews it touches in one query, follows its events in memory, then ends the old spans and adds the new ones in one statement each.
/// Nothing is remembered between batches.
/// </summary>
public sealed class ReviewHistory : IProjection
{
    /// <summary>The projection's name.</summary>
    public const string Name = nameof(ReviewHistory);

    /// <summary>The tables this projection owns and a rebuild replaces.</summary>
    public static readonly string[] Tables = [$"{Schema.Name}.review_history"];

    /// <inheritdoc />
    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        // By the type: an event store may spare itself reading the data of what nobody asks for.
        var reviews = events.Where(e => typeof(IReviewEvent).IsAssignableFrom(e.EventType)).GroupBy(e => e.StreamKey!).ToArray();
        if (reviews.Length == 0) return;
        var inForce = await InForceAsync(operations, [.. reviews.Where(r => r.First().Version > 1).Select(r => (IReviewEvent)r.First().Data)], cancellation);
        var (ended, begun) = (new List<(ReviewSpan Span, ReviewSpan Next)>(), new List<(ReviewSpan Span, ReviewSpan? Next)>());
        foreach (var review in reviews)
        {
            var first = (IReviewEvent)review.First().Data;
            var stored = inForce.GetValueOrDefault((first.ProductId, first.ReviewerId));
            var span = stored;
            foreach (var e in review)
            {
                var next = ReviewSpan.After(span, (IReviewEvent)e.Data, e);
                if (span is not null && span == stored) ended.Add((span, next));
                else if (span is not null) begun.Add((span, next));
                span = next;
            }
            begun.Add((span!, null));
        }
        End(operations, ended);
        Begin(operations, begun);
    }

    private static async Task<Dictionary<(string, string), ReviewSpan>> InForceAsync(IDocumentOperations operations, IReviewEvent[] known, CancellationToken ct)
    {
        if (known.Length == 0) return [];
        var rows = await operations.QueryAsync<string>("""
            select to_jsonb(h)::text from unnest(?::text[], ?::text[]) as n (product_id, reviewer_id)
             cross join lateral (select * from review_history as h where h.product_id = n.product_id and h.reviewer_id = n.reviewer_id
                                  order by position desc limit 1) as h
            """, ct, known.Select(k => k.ProductId).ToArray(), known.Select(k => k.ReviewerId).ToArray());
        return rows.Select(ReviewSpan.Read).ToDictionary(span => (span.ProductId, span.ReviewerId));
    }

    private static void End(IDocumentOperations operations, List<(ReviewSpan Span, ReviewSpan Next)> ended)
    {
        if (ended.Count == 0) return;
        operations.QueueSqlCommand("""
            update review_history as h set position_to = n.position_to, effective_to = n.effective_to
                from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::timestamptz[])
                    as n (product_id, reviewer_id, position, position_to, effective_to)
                where h.product_id = n.product_id and h.reviewer_id = n.reviewer_id and h.position = n.position
            """,
            Column(ended, s => s.Span.ProductId), Column(ended, s => s.Span.ReviewerId), Column(ended, s => s.Span.Position),
            Column(ended, s => s.Next.Position), Column(ended, s => s.Next.EffectiveAt));
    }

    private static void Begin(IDocumentOperations operations, List<(ReviewSpan Span, ReviewSpan? Next)> begun) =>
        operations.QueueSqlCommand("""
            insert into review_history (product_id, reviewer_id, position, position_to, effective_at, effective_to, rating, hidden, withdrawn,
                    helpful, unhelpful, written_at, content_position, version)
                select product_id, reviewer_id, position, position_to, effective_at,
                       case when position_to = 9223372036854775807 then 'infinity' else effective_to end, nullif(rating, 0), hidden, withdrawn,
                       helpful, unhelpful, written_at, content_position, version
                  from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::timestamptz[], ?::timestamptz[], ?::int[], ?::bool[], ?::bool[],
                       ?::int[], ?::int[], ?::timestamptz[], ?::bigint[], ?::bigint[])
                    as n (product_id, reviewer_id, position, position_to, effective_at, effective_to, rating, hidden, withdrawn,
                       helpful, unhelpful, written_at, content_position, version)
            """,
            Column(begun, s => s.Span.ProductId), Column(begun, s => s.Span.ReviewerId), Column(begun, s => s.Span.Position),
            Column(begun, s => s.Next?.Position ?? ReviewSpan.InForce), Column(begun, s => s.Span.EffectiveAt),
            Column(begun, s => s.Next?.EffectiveAt ?? s.Span.EffectiveAt), Column(begun, s => s.Span.Rating ?? 0), Column(begun, s => s.Span.Hidden),
            Column(begun, s => s.Span.Withdrawn), Column(begun, s => s.Span.Helpful), Column(begun, s => s.Span.Unhelpful),
            Column(begun, s => s.Span.WrittenAt), Column(begun, s => s.Span.ContentPosition), Column(begun, s => s.Span.Version));

    private static TValue[] Column<TRow, TValue>(List<TRow> rows, Func<TRow, TValue> value) => [.. rows.Select(value)];
}
