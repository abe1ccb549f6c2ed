using Marketplace.Http;
using Npgsql;

namespace Marketplace.Audit;

/// <summary>Reads the log as it was written: the auditor's view, which hides nothing.</summary>
public sealed class AuditLog(NpgsqlDataSource db)
{
    /// <summary>The name in cursors of the list of a stream's events.</summary>
    public const string StreamList = "audit-stream";

    private const string OfStream = $"select {AuditEvent.Columns} from mt_events where stream_id = $1 and version > $2 order by version limit $3";

    // Marten fills the numbers of a lost race with rows of a stream of their own, long after, that tell nothing.
    private const string OfLog = $"""
        select {AuditEvent.Columns} from mt_events
         where seq_id > $1 and seq_id <= $2 and stream_id <> 'mt_tombstone' order by seq_id limit $3
        """;

    /// <summary>A page of a stream's events in order.</summary>
    /// <param name="key">The stream's key.</param>
    /// <param name="afterVersion">Only events of later versions.</param>
    /// <param name="limit">The most events on the page.</param>
    /// <param name="ct">Ends the query.</param>
    public async Task<Page<AuditEvent>> StreamAsync(string key, long afterVersion, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(OfStream);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterVersion });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var events = new List<AuditEvent>();
        while (await reader.ReadAsync(ct)) events.Add(AuditEvent.Read(reader));
        return Page<AuditEvent>.Of(events, limit, e => Cursor.Encode(StreamList, key, e.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Hands over events of the whole log in order; holds no snapshot and no connection once it has returned.</summary>
    /// <param name="after">Only later positions.</param>
    /// <param name="through">Only positions up to this one.</param>
    /// <param name="most">At most so many events.</param>
    /// <param name="take">Takes one event and says whether there is room for more.</param>
    /// <param name="ct">Ends the query.</param>
    public async Task ReadAsync(long after, long through, int most, Func<AuditEvent, bool> take, CancellationToken ct)
    {
        await using var command = db.CreateCommand(OfLog);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = through });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct) && take(AuditEvent.Read(reader))) { }
    }
}
