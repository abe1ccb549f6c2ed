using Marketplace.Limits;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>Takes away what is not needed any more: what uploads that were cut off have left, and feeds past their time with their results.</summary>
public sealed class FeedSweeper(NpgsqlDataSource db, LimitSettings limits, TimeProvider clock)
{
    /// <summary>Rows deleted in one transaction at the most.</summary>
    public const int MostRows = 200;

    /// <summary>
    /// Chunks without a feed are left alone until the upload that wrote them, if there is one, must have ended: this long after the longest
    /// time that an upload may take.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>Chunks of uploads that began before an instant (a feed's id tells) and never became a feed, or of feeds that have finished.</summary>
    public const string Chunks = """
        delete from feed_chunk where (feed_id, first_line) in (
            select c.feed_id, c.first_line from feed_chunk as c
             where c.feed_id < $1 and not exists (select from feed as f where f.feed_id = c.feed_id and f.finished_at is null)
             limit $2)
        """;

    /// <summary>Results of feeds that finished before an instant.</summary>
    public const string Results = """
        delete from feed_result where (feed_id, last_line) in (
            select r.feed_id, r.last_line from feed as f join feed_result as r on r.feed_id = f.feed_id where f.finished_at < $1 limit $2)
        """;

    /// <summary>Feeds that finished before an instant and have no results any more.</summary>
    public const string Feeds = """
        delete from feed where feed_id in (
            select f.feed_id from feed as f where f.finished_at < $1 and not exists (select from feed_result as r where r.feed_id = f.feed_id)
             limit $2)
        """;

    /// <summary>Sweeps, a bounded number of rows at a time, until nothing is left to be swept.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var abandoned = FirstIdAt(now - limits.Time(FeedLimits.FeedUploadSeconds) - Margin);
        await RepeatAsync(Chunks, new NpgsqlParameter<Guid> { TypedValue = abandoned }, ct);
        var expired = now - TimeSpan.FromDays(limits[FeedLimits.FeedResultDays]);
        await RepeatAsync(Results, new NpgsqlParameter<DateTimeOffset> { TypedValue = expired }, ct);
        await RepeatAsync(Feeds, new NpgsqlParameter<DateTimeOffset> { TypedValue = expired }, ct);
    }

    // The least id that a feed can have whose upload begins at an instant: ids begin with it.
    private static Guid FirstIdAt(DateTimeOffset instant)
    {
        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7(instant).TryWriteBytes(id, bigEndian: true, out _);
        id[6..].Clear();
        return new Guid(id, bigEndian: true);
    }

    private async Task RepeatAsync(string sql, NpgsqlParameter before, CancellationToken ct)
    {
        int swept;
        do
        {
            await using var command = db.CreateCommand(sql);
            command.Parameters.Add(before.Clone());
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MostRows });
            swept = await command.ExecuteNonQueryAsync(ct);
        }
        while (swept == MostRows);
    }
}
