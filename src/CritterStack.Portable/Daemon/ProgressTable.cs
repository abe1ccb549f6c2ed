using JasperFx.Events.Projections;
using Npgsql;

namespace Marten.Events.Daemon;

/// <summary>The rows of mt_event_progression: one per projection or subscription, and the high water mark.</summary>
internal static class ProgressTable
{
    /// <summary>Every row: the mark first, then the rest by name.</summary>
    public static async Task<IReadOnlyList<ShardState>> AllAsync(NpgsqlDataSource database, string schema, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select name, coalesce(last_seq_id, 0) from {Table(schema)} order by name <> '{ShardState.HighWaterMark}', name");
        await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
        var states = new List<ShardState>();
        while (await reader.ReadAsync(token).ConfigureAwait(false))
            states.Add(new ShardState(reader.GetString(0), reader.GetInt64(1)));
        return states;
    }

    /// <summary>Progress of <paramref name="name"/>; null when there is no row, which means the beginning.</summary>
    public static async Task<long?> ReadAsync(NpgsqlConnection connection, string schema, string name, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select coalesce(last_seq_id, 0) from {Table(schema)} where name = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (long?)await command.ExecuteScalarAsync(token).ConfigureAwait(false);
    }

    /// <summary>Reads progress and keeps others from changing it until the connection's transaction ends.</summary>
    public static async Task<long> HoldAsync(NpgsqlConnection connection, string schema, string name, CancellationToken token)
    {
        // Writing the row as it is locks it, and makes one where there is none that could be locked.
        await using var command = new NpgsqlCommand(
            $"""
            insert into {Table(schema)} as p (name, last_seq_id, last_updated) values ($1, 0, now())
            on conflict (name) do update set last_seq_id = coalesce(p.last_seq_id, 0) returning last_seq_id
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (long)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
    }

    /// <summary>
    /// Moves a shard's progress on, if nobody else has moved it. Comes first in the shard's transaction: the row is then
    /// the lock under which the shard's tables are read and written.
    /// </summary>
    /// <returns>false when the progress is not what it was believed to be; the transaction must then be rolled back</returns>
    public static async Task<bool> SwapAsync(
        NpgsqlConnection connection, string schema, string name, long from, long to, CancellationToken token)
    {
        // From the beginning the row may be missing; two who both believe so meet at the primary key, and one gets nothing.
        var sql = from == 0
            ? $"""
              insert into {Table(schema)} as p (name, last_seq_id, last_updated) values ($1, $3, now())
              on conflict (name) do update set last_seq_id = $3, last_updated = now() where coalesce(p.last_seq_id, 0) = $2
              """
            : $"update {Table(schema)} set last_seq_id = $3, last_updated = now() where name = $1 and last_seq_id = $2";
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = name },
                new NpgsqlParameter<long> { TypedValue = from },
                new NpgsqlParameter<long> { TypedValue = to },
            },
        };
        return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1;
    }

    /// <summary>Sets a shard's progress whatever it was. Only under the row's lock.</summary>
    public static async Task SetAsync(NpgsqlConnection connection, string schema, string name, long to, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into {Table(schema)} (name, last_seq_id, last_updated) values ($1, $2, now())
            on conflict (name) do update set last_seq_id = $2, last_updated = now()
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = name }, new NpgsqlParameter<long> { TypedValue = to } },
        };
        await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }

    /// <summary>Raises the recorded mark; one that is higher already stays.</summary>
    public static NpgsqlBatchCommand RaiseMark(string schema, long mark) => new(
        $"""
        insert into {Table(schema)} as p (name, last_seq_id, last_updated) values ('{ShardState.HighWaterMark}', $1, now())
        on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated
         where coalesce(p.last_seq_id, 0) < excluded.last_seq_id
        """)
    {
        Parameters = { new NpgsqlParameter<long> { TypedValue = mark } },
    };

    private static string Table(string schema) => $"{schema}.mt_event_progression";
}
