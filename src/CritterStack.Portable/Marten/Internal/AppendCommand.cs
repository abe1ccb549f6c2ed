using JasperFx.Events;
using Npgsql;
using NpgsqlTypes;

namespace Marten.Internal;

/// <summary>Makes the statement that stores new events.</summary>
internal sealed class AppendCommand(StoreSql sql, EventGraph graph, EventJson json)
{
    private const NpgsqlDbType JsonbArray = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;

    /// <summary>Stores the events of a unit's streams; answers versions and then sequence numbers.</summary>
    /// <param name="work">streams with new events; where they are locked already, nothing is left to be checked</param>
    public NpgsqlBatchCommand For(UnitOfWork work) =>
        work.Streams is [{ Events: [var only] } stream]
            ? One(stream, only, work.AreLocked)
            : Many(work.IsShared ? sql.AppendShared : sql.Append, work.Streams, work.AreLocked);

    /// <summary>Locks the streams and checks what is expected of them; answers their versions.</summary>
    public NpgsqlBatchCommand Lock(IReadOnlyList<StreamAction> streams)
    {
        var command = new NpgsqlBatchCommand(sql.Lock);
        AddStreams(command.Parameters, streams, areLocked: false);
        return command;
    }

    private static void AddStreams(NpgsqlParameterCollection parameters, IReadOnlyList<StreamAction> streams, bool areLocked)
    {
        Add(parameters, Each(streams, s => s.Key!));
        Add(parameters, Each(streams, s => s.AggregateTypeName));
        Add(parameters, Each(streams, s => areLocked ? null : s.ExpectedVersionOnServer));
        Add(parameters, Each(streams, s => !areLocked && s.ActionType == StreamActionType.Start));
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, T value) =>
        parameters.Add(new NpgsqlParameter<T> { TypedValue = value });

    private static NpgsqlParameter Text(string? value) => Nullable(value, NpgsqlDbType.Text);

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static TOut[] Each<TIn, TOut>(IReadOnlyList<TIn> all, Func<TIn, TOut> part)
    {
        var parts = new TOut[all.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = part(all[i]);
        }

        return parts;
    }

    private NpgsqlBatchCommand One(StreamAction stream, IEvent e, bool isLocked)
    {
        var command = new NpgsqlBatchCommand(sql.AppendOne);
        var parameters = command.Parameters;
        Add(parameters, stream.Key!);
        parameters.Add(Text(stream.AggregateTypeName));
        parameters.Add(Nullable(isLocked ? null : stream.ExpectedVersionOnServer, NpgsqlDbType.Bigint));
        Add(parameters, !isLocked && stream.ActionType == StreamActionType.Start);
        Add(parameters, e.Id);
        Add(parameters, e.EventTypeName);
        Add(parameters, e.DotNetTypeName);
        parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Data(e), NpgsqlDbType = NpgsqlDbType.Jsonb });
        Add(parameters, e.Timestamp);
        parameters.Add(Text(e.CorrelationId));
        parameters.Add(Text(e.CausationId));
        parameters.Add(Nullable(Headers(e), NpgsqlDbType.Jsonb));
        parameters.Add(Text(e.UserName));
        return command;
    }

    private NpgsqlBatchCommand Many(string text, IReadOnlyList<StreamAction> streams, bool areLocked)
    {
        var command = new NpgsqlBatchCommand(text);
        var parameters = command.Parameters;
        AddStreams(parameters, streams, areLocked);
        Add(parameters, Each(streams, s => s.Events.Count));
        var events = new List<IEvent>();
        var places = new List<int>();
        var offsets = new List<int>();
        for (var i = 0; i < streams.Count; i++)
        {
            for (var offset = 1; offset <= streams[i].Events.Count; offset++)
            {
                events.Add(streams[i].Events[offset - 1]);
                places.Add(i + 1);
                offsets.Add(offset);
            }
        }

        Add(parameters, places);
        Add(parameters, offsets);
        Add(parameters, Each(events, e => e.Id));
        Add(parameters, Each(events, e => e.EventTypeName));
        Add(parameters, Each(events, e => e.DotNetTypeName));
        parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = Each(events, Data), NpgsqlDbType = JsonbArray });
        Add(parameters, Each(events, e => e.Timestamp));
        Add(parameters, Each(events, e => e.CorrelationId));
        Add(parameters, Each(events, e => e.CausationId));
        parameters.Add(new NpgsqlParameter<byte[]?[]> { TypedValue = Each(events, Headers), NpgsqlDbType = JsonbArray });
        Add(parameters, Each(events, e => e.UserName));
        return command;
    }

    private byte[] Data(IEvent e) => json.Write(e.Data, graph.MappingFor(e.EventType).Writer);

    private byte[]? Headers(IEvent e) => e.Headers is { Count: > 0 } headers ? json.WriteHeaders(headers) : null;
}
