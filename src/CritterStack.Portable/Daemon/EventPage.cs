using JasperFx.Events;
using Marten.Exceptions;
using Marten.Internal;
using Npgsql;

namespace Marten.Events.Daemon;

/// <summary>A page of the log: everything behind <paramref name="Floor"/> up to and with <paramref name="Ceiling"/>.</summary>
/// <param name="Floor">last sequence before the page</param>
/// <param name="Ceiling">last sequence the page accounts for, an event or not</param>
/// <param name="Events">the page's events in order; archived ones are left out</param>
/// <param name="Unreadable">why the event directly behind the page could not be read; null when it was not tried or could</param>
internal sealed record EventPage(long Floor, long Ceiling, List<IEvent> Events, Exception? Unreadable = null)
{
    /// <summary>The page in two halves, to find an event that fails.</summary>
    public (EventPage First, EventPage Second) Halves()
    {
        var half = Events.Count / 2;
        var border = Events[half - 1].Sequence;
        return (new EventPage(Floor, border, Events[..half]), this with { Floor = border, Events = Events[half..] });
    }
}

/// <summary>Reads the log by pages.</summary>
internal sealed class EventPages(DocumentStore store)
{
    private readonly string _sql =
        $"""
        select {EventReader.Columns} from {store.Schema}.mt_events
         where seq_id > $1 and seq_id <= $2 and is_archived is not true order by seq_id limit $3
        """;

    /// <summary>Reads one page on a connection of the pool.</summary>
    public async Task<EventPage> ReadAsync(long floor, long ceiling, int size, CancellationToken token)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(token).ConfigureAwait(false);
        return await ReadAsync(connection, floor, ceiling, size, token).ConfigureAwait(false);
    }

    /// <summary>Reads one page.</summary>
    /// <param name="connection">where to read; its transaction sees what it sees</param>
    /// <param name="floor">last sequence before the page</param>
    /// <param name="ceiling">last sequence that may be in the page</param>
    /// <param name="size">most events in the page</param>
    /// <param name="token">gives up</param>
    /// <returns>a page that ends with <paramref name="ceiling"/> when it is not full</returns>
    public async Task<EventPage> ReadAsync(NpgsqlConnection connection, long floor, long ceiling, int size, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(_sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = floor },
                new NpgsqlParameter<long> { TypedValue = ceiling },
                new NpgsqlParameter<int> { TypedValue = size },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        var events = new List<IEvent>();
        while (await reader.ReadAsync(token).ConfigureAwait(false))
        {
            try
            {
                events.Add(store.Events.ReadLate(reader));
            }
            catch (UnknownEventTypeException e)
            {
                // What lies before can be dealt with; the reader's sequence, not the last event's, tells where to stop.
                return new EventPage(floor, reader.GetInt64(0) - 1, events, e);
            }
        }
        return new EventPage(floor, events.Count == size ? events[^1].Sequence : ceiling, events);
    }
}
