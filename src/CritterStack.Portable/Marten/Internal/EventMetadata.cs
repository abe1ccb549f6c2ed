using JasperFx.Events;
using Marten.Events;

namespace Marten.Internal;

/// <summary>Gives events the metadata of the session that stores them.</summary>
internal static class EventMetadata
{
    /// <summary>PostgreSQL keeps microseconds: what is written with the events must not know more than what is read later.</summary>
    public static DateTimeOffset Now(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public static void Stamp(IReadOnlyList<StreamAction> streams, DocumentSession session, EventGraph graph)
    {
        var now = Now(graph.TimeProvider);
        foreach (var stream in streams)
        {
            if (stream.AggregateType is { } aggregate)
            {
                stream.AggregateTypeName ??= graph.AggregateNameFor(aggregate);
            }

            foreach (var e in stream.Events)
            {
                Stamp(e, now, session, graph.MetadataConfig);
                e.AggregateTypeName = stream.AggregateTypeName;
            }

            if (stream.ExpectedVersionOnServer is { } before)
            {
                Number(stream, before);
            }
        }
    }

    /// <summary>Gives the events of a stream their versions.</summary>
    public static void Number(StreamAction stream, long before)
    {
        for (var i = 0; i < stream.Events.Count; i++)
        {
            stream.Events[i].Version = before + i + 1;
        }

        stream.Version = before + stream.Events.Count;
    }

    private static void Stamp(IEvent e, DateTimeOffset now, DocumentSession session, MetadataConfig config)
    {
        if (e.Id == Guid.Empty)
        {
            e.Id = Guid.CreateVersion7(now);
        }

        if (e.Timestamp == default)
        {
            e.Timestamp = now;
        }

        if (config.CorrelationIdEnabled)
        {
            e.CorrelationId ??= session.CorrelationId;
        }

        if (config.CausationIdEnabled)
        {
            e.CausationId ??= session.CausationId;
        }

        if (config.UserNameEnabled)
        {
            e.UserName ??= session.LastModifiedBy;
        }

        if (config.HeadersEnabled && session.Headers is { } headers)
        {
            foreach (var (key, value) in headers)
            {
                e.SetHeader(key, value);
            }
        }
    }
}
