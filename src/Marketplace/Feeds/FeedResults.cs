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
    /// <summary>How many lines are read at a time; never those of two batches.</summary>
    public const int PageSize = 500;

    /// <summary>
    /// The lines behind one line in the first batch that goes on behind it, a row each, or a row that says only where the batch ends. Its
    /// arrays are taken apart by the database: together they may be a megabyte of sentences. Positions are found by version, since they are
    /// not known before a batch is committed.
    /// </summary>
    public const string Lines = """
        select batch.last_line, batch.first_line + line.place::int - 1, line.outcome, line.message_id, line.sku, line.version, line.seq_id, line.errors
          from (select * from feed_result where feed_id = $1 and last_line > $2 and last_line <= $3 order by last_line limit 1) as batch
          left join lateral (
                select of_batch.*, e.seq_id
                  from unnest(string_to_array(batch.outcomes, null), batch.message_ids, batch.skus, batch.versions, batch.errors)
                       with ordinality as of_batch (outcome, message_id, sku, version, errors, place)
                  left join mt_events as e on e.stream_id = $5 || of_batch.sku and e.version = nullif(of_batch.version, 0)
                 where batch.first_line + of_batch.place > $2 + 1 and of_batch.outcome = any ($4)
                 order by of_batch.place limit $6) as line on true
         order by line.place
        """;

    private static readonly JsonSerializerOptions ErrorJson = new(JsonSerializerDefaults.Web);

    private readonly Guid _feedId = Guid.Parse(feed.FeedId);
    private readonly string[] _outcomes = [.. (only is { } one ? [one] : Enum.GetValues<LineOutcome>()).Select(outcome => $"{OutcomeLetters.Of(outcome)}")];
    private int _last = after;

    /// <inheritdoc />
    protected override long Place => _last;

    /// <inheritdoc />
    protected override async Task<bool> FillAsync(Func<object, bool> write, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Lines);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = _feedId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _last });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = feed.Applied });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = _outcomes });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StreamKeys.Offer(sellerId, "") });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageSize });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (lines, isFull, through) = (0, false, 0);
        while (!isFull && await reader.ReadAsync(ct))
        {
            through = reader.GetInt32(0);
            if (reader.IsDBNull(1)) break;
            isFull = !write(ResultOf(reader)) | ++lines == PageSize;
            _last = reader.GetInt32(1);
        }
        if (!isFull) _last = Math.Max(_last, through);
        return through > 0;
    }

    private static LineResult ResultOf(NpgsqlDataReader row) => new(
        row.GetInt32(1), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), OutcomeLetters.Read(row.GetChar(2)),
        row.GetInt64(5) is var version and > 0 ? version : null, row.IsDBNull(6) ? null : row.GetInt64(6),
        row.IsDBNull(7) ? null : JsonSerializer.Deserialize<LineError[]>(row.GetString(7), ErrorJson));
}
