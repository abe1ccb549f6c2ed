using JasperFx.Events;
using Npgsql;
using NpgsqlTypes;

namespace Marten.Internal;

/// <summary>Makes the statement that stores the new events of one stream.</summary>
internal sealed class AppendCommand(StoreSql sql, EventGraph graph, EventJson json)
{
    private const NpgsqlDbType JsonbArray = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;

    /// <summary>Stores the stream's events.</summary>
    /// <param name="stream">stream with at least one new event</param>
    /// <param name="isClaimed">whether the transaction holds the stream's lock: then nothing is left to be checked</param>
    public NpgsqlBatchCommand For(StreamAction stream, bool isClaimed) =>
        stream.Events.Count == 1 ? One(stream, stream.Events[0], isClaimed) : Many(stream, stream.Events, isClaimed);

    /// <summary>Locks the stream and checks its version.</summary>
    public NpgsqlBatchCommand Claim(StreamAction stream)
    {
        var command = new NpgsqlBatchCommand(sql.Claim);
        AddStream(command.Parameters, stream, isClaimed: false);
        return command;
    }

    private NpgsqlBatchCommand One(StreamAction stream, IEvent e, bool isClaimed)
    {
        var command = new NpgsqlBatchCommand(sql.AppendOne);
        var parameters = command.Parameters;
        AddStream(parameters, stream, isClaimed);
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = e.Id });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = e.EventTypeName });
        parameters.Add(new NpgsqlParameter<string> { TypedValue = e.DotNetTypeName });
        parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Data(e), NpgsqlDbType = NpgsqlDbType.Jsonb });
        parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = e.Timestamp });
        parameters.Add(Text(e.CorrelationId));
        parameters.Add(Text(e.CausationId));
        parameters.Add(Nullable(Headers(e), NpgsqlDbType.Jsonb));
        parameters.Add(Text(e.UserName));
        return command;
    }

    private NpgsqlBatchCommand Many(StreamAction stream, IReadOnlyList<IEvent> events, bool isClaimed)
    {
        var command = new NpgsqlBatchCommand(sql.Append);
        var parameters = command.Parameters;
        AddStream(parameters, stream, isClaimed);
        parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = Each(events, e => e.Id) });
        parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Each(events, e => e.EventTypeName) });
        parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Each(events, e => e.DotNetTypeName) });
        parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = Each(events, Data), NpgsqlDbType = JsonbArray });
        parameters.Add(new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Each(events, e => e.Timestamp) });
        parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = Each(events, e => e.CorrelationId) });
        parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = Each(events, e => e.CausationId) });
        parameters.Add(new NpgsqlParameter<byte[]?[]> { TypedValue = Each(events, Headers), NpgsqlDbType = JsonbArray });
        parameters.Add(new NpgsqlParameter<string?[]> { TypedValue = Each(events, e => e.UserName) });
        return command;
    }

    private static void AddStream(NpgsqlParameterCollection parameters, StreamAction stream, bool isClaimed)
    {
        var expected = isClaimed ? null : stream.ExpectedVersionOnServer;
        parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.Key! });
        parameters.Add(Text(stream.AggregateTypeName));
        parameters.Add(Nullable(expected, NpgsqlDbType.Bigint));
        parameters.Add(new NpgsqlParameter<bool> { TypedValue = !isClaimed && stream.ActionType == StreamActionType.Start });
    }

    private static NpgsqlParameter Text(string? value) => Nullable(value, NpgsqlDbType.Text);

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static TOut[] Each<TOut>(IReadOnlyList<IEvent> events, Func<IEvent, TOut> part)
    {
        var parts = new TOut[events.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = part(events[i]);
        }

        return parts;
    }

    private byte[] Data(IEvent e) => json.Write(e.Data, graph.MappingFor(e.EventType).Writer);

    private byte[]? Headers(IEvent e) => e.Headers is { Count: > 0 } headers ? json.WriteHeaders(headers) : null;
}
