using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Http;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>The results of a feed's lines as NDJSON, in the order of the lines, in constant memory.</summary>
/// <param name="db">The database.</param>
/// <param name="log">Told when the reader leaves early.</param>
/// <param name="sellerId">Whose feed it is.</param>
/// <param name="feed">The feed as it stands: results are answered for the lines that it has applied.</param>
/// <param name="after">Only later lines.</param>
/// <param name="only">Only lines with this outcome, or all.</param>
/// <param name="position">The position that the answer is complete through.</param>
public sealed class FeedResults(
    NpgsqlDataSource db, ILogger<FeedResults> log, string sellerId, FeedView feed, int after, LineOutcome? only, long position) : Ndjson(log, position)
{
    /// <summary>How many batches are read at a time.</summary>
    public const int BatchesAtOnce = 4;

    /// <summary>The results behind one line and up to another, batch by batch.</summary>
    public const string Batches = """
        select first_line, outcomes, message_ids, skus, versions, errors, last_line from feed_result
         where feed_id = $1 and last_line > $2 and last_line <= $3 order by last_line limit $4
        """;

    /// <summary>The positions of events by stream and version.</summary>
    public const string Positions = """
        select k.place, e.seq_id from unnest($1::text[], $2::bigint[]) with ordinality as k (stream, version, place)
          join mt_events as e on e.stream_id = k.stream and e.version = k.version
        """;

    private static readonly JsonSerializerOptions ErrorJson = new(JsonSerializerDefaults.Web);

    private readonly Guid _feedId = Guid.Parse(feed.FeedId);
    private int _last = after;
    private int _behind = after;

    /// <inheritdoc />
    protected override long Place => _last;

    /// <inheritdoc />
    protected override async Task<bool> FillAsync(Func<object, bool> write, CancellationToken ct)
    {
        var results = await ReadAsync(ct);
        if (results.Count == 0 && _behind == _last) return false;
        await LocateAsync(results, ct);
        foreach (var result in results) write(result.Line);
        _last = _behind;
        return true;
    }

    private sealed record Result(long Version, LineResult Found)
    {
        public long? Position { get; set; }

        public LineResult Line => Found with { Position = Position };
    }

    private async Task<List<Result>> ReadAsync(CancellationToken ct)
    {
        var results = new List<Result>();
        await using var command = db.CreateCommand(Batches);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _feedId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _last });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = feed.Applied });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = BatchesAtOnce });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            Add(results, reader);
            _behind = reader.GetInt32(6);
        }
        return results;
    }

    private void Add(List<Result> results, NpgsqlDataReader row)
    {
        var (first, outcomes, versions) = (row.GetInt32(0), row.GetString(1), row.GetFieldValue<long[]>(4));
        var (messageIds, skus, errors) = (row.GetFieldValue<string?[]>(2), row.GetFieldValue<string?[]>(3), row.GetFieldValue<string?[]>(5));
        for (var i = 0; i < outcomes.Length; i++)
        {
            var outcome = outcomes[i] switch { 'a' => LineOutcome.Accepted, 'u' => LineOutcome.Unchanged, _ => LineOutcome.Rejected };
            if (first + i <= _last || (only is { } wanted && outcome != wanted)) continue;
            results.Add(new Result(versions[i], new LineResult(first + i, messageIds[i], skus[i], outcome, versions[i] == 0 ? null : versions[i], null,
                errors[i] is { } json ? JsonSerializer.Deserialize<LineError[]>(json, ErrorJson) : null)));
        }
    }

    private async Task LocateAsync(List<Result> results, CancellationToken ct)
    {
        var stored = results.FindAll(result => result.Version > 0);
        if (stored.Count == 0) return;
        await using var command = db.CreateCommand(Positions);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. stored.Select(result => StreamKeys.Offer(sellerId, result.Found.Sku!))] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. stored.Select(result => result.Version)] });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) stored[(int)reader.GetInt64(0) - 1].Position = reader.GetInt64(1);
    }
}
