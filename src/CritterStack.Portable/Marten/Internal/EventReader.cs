using System.Text.Json;
using JasperFx.Events;
using Marten.Exceptions;
using Npgsql;

namespace Marten.Internal;

/// <summary>Reads rows of mt_events whose columns are <see cref="Columns"/>, in that order.</summary>
internal sealed class EventReader(EventGraph graph, EventJson json)
{
    /// <summary>What a statement has to select for <see cref="Read"/>.</summary>
    public const string Columns =
        "seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, "
        + "correlation_id, causation_id, headers, user_name, is_archived";

    /// <summary>The event of the reader's current row.</summary>
    /// <exception cref="UnknownEventTypeException">its name is not registered</exception>
    /// <exception cref="EventDeserializationFailureException">its data does not fit its type</exception>
    public IEvent Read(NpgsqlDataReader row)
    {
        var (sequence, mapping) = MappingOf(row);
        var e = mapping.Wrap(Data(row.GetFieldValue<byte[]>(4), mapping, sequence));
        e.Headers = row.IsDBNull(10) ? null : json.ReadHeaders(row.GetFieldValue<byte[]>(10));
        return WithMetadata(e, row, sequence);
    }

    /// <summary>
    /// The event of the reader's current row, whose data and headers are deserialized when somebody asks for them: projections are given
    /// many events that they only look at the type of. Data that does not fit its type fails whoever asks.
    /// </summary>
    /// <exception cref="UnknownEventTypeException">its name is not registered</exception>
    public IEvent ReadLate(NpgsqlDataReader row)
    {
        var (sequence, mapping) = MappingOf(row);
        var data = row.GetFieldValue<byte[]>(4);
        var headers = row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10);
        var e = mapping.Wrap(() => Data(data, mapping, sequence), () => headers is null ? null : json.ReadHeaders(headers));
        return WithMetadata(e, row, sequence);
    }

    private (long Sequence, EventMapping Mapping) MappingOf(NpgsqlDataReader row)
    {
        var sequence = row.GetInt64(0);
        // The .NET name only where the event's own name is met for the first time: it is the longest text of most rows.
        var name = row.GetString(5);
        return (sequence, graph.KnownMappingFor(name) ?? graph.MappingFor(name, TextOrNull(row, 7), sequence));
    }

    private static IEvent WithMetadata(IEvent e, NpgsqlDataReader row, long sequence)
    {
        e.Sequence = sequence;
        e.Id = row.GetGuid(1);
        e.StreamKey = row.GetString(2);
        e.Version = row.GetInt64(3);
        e.Timestamp = row.GetFieldValue<DateTimeOffset>(6);
        e.CorrelationId = TextOrNull(row, 8);
        e.CausationId = TextOrNull(row, 9);
        e.UserName = TextOrNull(row, 11);
        e.IsArchived = !row.IsDBNull(12) && row.GetBoolean(12);
        return e;
    }

    private static object Data(byte[] data, EventMapping mapping, long sequence)
    {
        try
        {
            return JsonSerializer.Deserialize(data, mapping.Reader) ?? throw new JsonException("The data is the JSON null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            throw new EventDeserializationFailureException(sequence, mapping.EventTypeName, e);
        }
    }

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
