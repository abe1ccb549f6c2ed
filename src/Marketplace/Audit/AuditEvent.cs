using Marketplace.Http;
using Npgsql;

namespace Marketplace.Audit;

/// <summary>A recorded event as the auditor sees it: what, when, who and why.</summary>
/// <param name="Position">The event's number in the log.</param>
/// <param name="Id">The event's own id.</param>
/// <param name="Stream">The key of its stream.</param>
/// <param name="Version">Its number in its stream, from 1.</param>
/// <param name="Type">Its stored name.</param>
/// <param name="Data">The fact, exactly as it is stored.</param>
/// <param name="RecordedAt">When it was stored, UTC.</param>
/// <param name="EffectiveAt">When the fact holds from, UTC.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Cause">Why: one of the words of <see cref="Domain.Cause"/>.</param>
/// <param name="Reason">The actor's own words, or null.</param>
/// <param name="Reference">What the cause refers to, or null.</param>
/// <param name="CorrelationId">What it belongs to: the trace id of the request, or null.</param>
/// <param name="CausationId">What brought it about: the span id of the request, or null.</param>
public sealed record AuditEvent(long Position, Guid Id, string Stream, long Version, string Type, RawJson Data, DateTimeOffset RecordedAt,
    DateTimeOffset EffectiveAt, string Actor, string Cause, string? Reason, string? Reference, string? CorrelationId, string? CausationId)
{
    /// <summary>
    /// The columns in the order in which <see cref="Read"/> takes them. What is missing in the metadata means what
    /// <see cref="Storage.EventFacts"/> says.
    /// </summary>
    public const string Columns = """
        seq_id, id, stream_id, version, type, data, timestamp, coalesce((headers ->> 'effectiveAt')::timestamptz, timestamp),
        coalesce(user_name, 'anonymous'), coalesce(headers ->> 'cause', 'manual'), headers ->> 'reason', headers ->> 'reference',
        correlation_id, causation_id
        """;

    /// <summary>The event of a row.</summary>
    public static AuditEvent Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetInt64(3), row.GetString(4),
        new RawJson(row.GetFieldValue<byte[]>(5)), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7), row.GetString(8),
        row.GetString(9), Text(row, 10), Text(row, 11), Text(row, 12), Text(row, 13));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
