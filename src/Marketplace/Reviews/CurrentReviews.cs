using JasperFx.Events;
using Marketplace.Storage;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Reviews;

/// <summary>
/// The read model <c>review</c>: one row per review, written in the transaction of the event; a trigger keeps the counts per rating beside it.
/// However many events it is given it issues at most two statements over arrays: one for reviews that begin, one for the others.
/// </summary>
public sealed class CurrentReviews : IProjection
{
    /// <summary>The tables this projection owns and a rebuild replaces.</summary>
    public static readonly string[] Tables = [$"{Schema.Name}.review", $"{Schema.Name}.review_count"];

    /// <inheritdoc />
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        LockCounts(operations, events);
        var changes = Fold(events);
        Insert(operations, changes.Where(c => c.Begins).ToArray());
        Update(operations, changes.Where(c => !c.Begins).ToArray());
        return Task.CompletedTask;
    }

    private sealed record Words(int? Rating, string Title, string Body, DateTimeOffset WrittenAt);

    // What a batch does to one review: the last word on each aspect, and by how much it changes the votes.
    private sealed record Change(string ProductId, string ReviewerId, bool Begins)
    {
        public Words? Words { get; init; }
        public bool? Hidden { get; init; }
        public bool? Withdrawn { get; init; }
        public VoteCount Votes { get; init; }
        public long Version { get; init; }
    }

    private static IReadOnlyCollection<Change> Fold(IReadOnlyList<IEvent> events)
    {
        var changes = new Dictionary<(string, string), Change>();
        foreach (var e in events)
        {
            if (e.Data is not IReviewEvent about) continue;
            var key = (about.ProductId, about.ReviewerId);
            var change = changes.GetValueOrDefault(key) ?? new Change(about.ProductId, about.ReviewerId, Begins: e.Version == 1);
            changes[key] = Apply(change, e) with { Version = e.Version };
        }
        return changes.Values;
    }

    private static Change Apply(Change change, IEvent e) => e.Data switch
    {
        ReviewSubmitted s => change with { Words = new Words(s.Rating, s.Title, s.Body, e.EffectiveAt()), Withdrawn = false },
        ReviewRevised r => change with { Words = new Words(r.Rating, r.Title, r.Body, e.EffectiveAt()) },
        ReviewVoted v => change with { Votes = change.Votes + VoteCount.Of(v) },
        ReviewHidden => change with { Hidden = true },
        ReviewRestored => change with { Hidden = false },
        ReviewWithdrawn => change with { Withdrawn = true },
        _ => throw new InvalidOperationException($"{e.EventTypeName} at position {e.Sequence} is unknown to the current reviews."),
    };

    // Votes alone never make a review start or stop counting.
    private static void LockCounts(IDocumentOperations operations, IReadOnlyList<IEvent> events)
    {
        var products = events.Select(e => e.Data).OfType<IReviewEvent>().Where(e => e is not ReviewVoted)
            .Select(e => e.ProductId).Distinct(StringComparer.Ordinal).ToArray();
        if (products.Length > 0) operations.QueueSqlCommand($"call {Schema.Name}.lock_review_counts(?)", (object)products);
    }

    // A stream's first event is its submission, so a review that begins has words.
    private static void Insert(IDocumentOperations operations, Change[] begun)
    {
        if (begun.Length == 0) return;
        operations.QueueSqlCommand("""
            insert into review (product_id, reviewer_id, rating, title, body, written_at, helpful, unhelpful, hidden, withdrawn, version)
                select product_id, reviewer_id, nullif(rating, 0), title, body, written_at, helpful, unhelpful, hidden, withdrawn, version
                  from unnest(?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::timestamptz[], ?::int[], ?::int[], ?::bool[], ?::bool[],
                    ?::bigint[]) as n (product_id, reviewer_id, rating, title, body, written_at, helpful, unhelpful, hidden, withdrawn, version)
            """,
            Column(begun, c => c.ProductId), Column(begun, c => c.ReviewerId), Column(begun, c => c.Words!.Rating ?? 0), Column(begun, c => c.Words!.Title),
            Column(begun, c => c.Words!.Body), Column(begun, c => c.Words!.WrittenAt), Column(begun, c => c.Votes.Helpful),
            Column(begun, c => c.Votes.Unhelpful), Column(begun, c => c.Hidden ?? false), Column(begun, c => c.Withdrawn ?? false),
            Column(begun, c => c.Version));
    }

    // What the batch does not touch keeps the row's value; a title that is null says that there are no new words.
    private static void Update(IDocumentOperations operations, Change[] changed)
    {
        if (changed.Length == 0) return;
        operations.QueueSqlCommand("""
            update review as r set rating = case when n.title is null then r.rating else nullif(n.rating, 0) end, title = coalesce(n.title, r.title),
                    body = coalesce(n.body, r.body), written_at = case when n.title is null then r.written_at else n.written_at end,
                    helpful = r.helpful + n.helpful, unhelpful = r.unhelpful + n.unhelpful, hidden = coalesce(n.hidden::boolean, r.hidden),
                    withdrawn = coalesce(n.withdrawn::boolean, r.withdrawn), version = n.version
                from unnest(?::text[], ?::text[], ?::int[], ?::text[], ?::text[], ?::timestamptz[], ?::int[], ?::int[], ?::text[], ?::text[],
                    ?::bigint[]) as n (product_id, reviewer_id, rating, title, body, written_at, helpful, unhelpful, hidden, withdrawn, version)
                where r.product_id = n.product_id and r.reviewer_id = n.reviewer_id
            """,
            Column(changed, c => c.ProductId), Column(changed, c => c.ReviewerId), Column(changed, c => c.Words?.Rating ?? 0),
            Column(changed, c => c.Words?.Title!), Column(changed, c => c.Words?.Body!), Column(changed, c => c.Words?.WrittenAt ?? DateTimeOffset.UnixEpoch),
            Column(changed, c => c.Votes.Helpful), Column(changed, c => c.Votes.Unhelpful), Column(changed, c => Switch(c.Hidden)!),
            Column(changed, c => Switch(c.Withdrawn)!), Column(changed, c => c.Version));
    }

    private static string? Switch(bool? value) => value is { } set ? (set ? "true" : "false") : null;

    private static T[] Column<T>(Change[] rows, Func<Change, T> value) => Array.ConvertAll(rows, row => value(row));
}
