using Marketplace.Storage;
using Marten;
using Npgsql;
using SessionOptions = Marten.Services.SessionOptions;

namespace Marketplace.WritePath;

/// <summary>
/// Stores a group of units in one Marten session: one transaction, the inline read models included. When that fails the
/// unit at fault is found and told, and the others are stored without it.
/// </summary>
public sealed class GroupCommit(IDocumentStore store, CommitConnections connections, NpgsqlDataSource db, AppendSignal signal,
    TimeProvider clock)
{
    /// <summary>How long a group waits for a lock that somebody outside this instance holds; then its units go one by one.</summary>
    public static readonly TimeSpan GroupLockWait = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a unit waits for it that has a lane to itself.</summary>
    public static readonly TimeSpan LockWait = TimeSpan.FromSeconds(2);

    /// <summary>Those of the streams that have another version than this: one probe of the key for each.</summary>
    public const string MovedOn = """
        select expected.id from unnest($1::text[], $2::bigint[]) as expected (id, version)
          left join lateral (select version from mt_streams where id = expected.id limit 1) as stream on true
         where coalesce(stream.version, 0) <> expected.version
        """;

    /// <summary>Stores the units, each of which learns how it ended.</summary>
    /// <param name="units">The units; no stream is in two of them.</param>
    /// <param name="lockWait">How long the transaction waits for a lock.</param>
    /// <returns>Units that wait for a lock which somebody else holds: they know nothing yet, and nothing of them is stored.</returns>
    public async Task<IReadOnlyList<CommitUnit>> SaveAsync(IReadOnlyList<CommitUnit> units, TimeSpan lockWait)
    {
        try
        {
            await StoreAsync(units, lockWait);
        }
        catch (Exception e)
        {
            try
            {
                return await SortOutAsync(units, lockWait, e);
            }
            catch (Exception lost)
            {
                // The database went while the failure was looked into: what has no answer yet is not stored.
                foreach (var unit in units) unit.Fail(lost);
                return [];
            }
        }
        foreach (var unit in units) unit.Succeed();
        signal.Committed();
        return [];
    }

    private async Task<IReadOnlyList<CommitUnit>> SortOutAsync(IReadOnlyList<CommitUnit> units, TimeSpan lockWait, Exception e)
    {
        var kind = DatabaseFailures.KindOf(e);
        if (kind == DatabaseFailure.Outage)
        {
            foreach (var unit in units) unit.Fail(e);
            return [];
        }
        if (kind == DatabaseFailure.Conflict && await MovedOnAsync(units) is { Count: > 0 } stale)
        {
            foreach (var (unit, streams) in stale) unit.Fail(new CommitConflictException(streams));
            var others = units.Where(unit => !stale.ContainsKey(unit)).ToArray();
            return others.Length == 0 ? [] : await SaveAsync(others, lockWait);
        }
        if (units.Count == 1)
        {
            if (kind == DatabaseFailure.Lock) return units;
            units[0].Fail(kind == DatabaseFailure.Conflict ? new CommitConflictException([]) : e);
            return [];
        }
        // Who waits for a lock is found soonest when each goes alone; a unit that is refused, by halving.
        var held = new List<CommitUnit>();
        foreach (var part in units.Chunk(kind == DatabaseFailure.Lock ? 1 : (units.Count + 1) / 2)) held.AddRange(await SaveAsync(part, lockWait));
        return held;
    }

    private async Task StoreAsync(IReadOnlyList<CommitUnit> units, TimeSpan lockWait)
    {
        await using var connection = await connections.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (lockWait != GroupLockWait) await ExecuteAsync(connection, "select set_config('lock_timeout', $1[1], true)", [$"{lockWait.TotalMilliseconds:0}"]);
        if (units.Any(unit => unit.Appends.Count > 1)) await ExecuteAsync(connection, "call lock_streams($1)", KeysOf(units));
        await using var session = store.LightweightSession(SessionOptions.ForTransaction(transaction));
        var now = EffectiveTime.Microseconds(clock.GetUtcNow());
        // Streams are locked in the order of their keys; of units with several that has been done by now.
        foreach (var append in units.OrderBy(unit => unit.Appends is [var only] ? only.Key : "", StringComparer.Ordinal).SelectMany(unit => unit.Appends))
        {
            append.Stamp(now);
            session.Events.Append(append.Key, append.VersionAfter, append.Events).AggregateType = append.StateType;
        }
        foreach (var unit in units)
        {
            if (unit.Unchanged.Count > 0)
                session.QueueSqlCommand("call expect_versions(?, ?)", unit.Unchanged.Select(s => s.Key).ToArray(), unit.Unchanged.Select(s => s.Version).ToArray());
            foreach (var statement in unit.Statements) session.QueueSqlCommand(statement.Text, statement.Values);
        }
        // Never cancelled: of a transaction that is being committed nobody would know how it ended.
        await session.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params string[][] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = value });
        await command.ExecuteNonQueryAsync();
    }

    private static string[] KeysOf(IReadOnlyList<CommitUnit> units) => [.. units.SelectMany(unit => unit.Appends).Select(append => append.Key)];

    // Marten names the stream of the first append, whichever append was refused; the streams themselves tell which it was.
    private async Task<Dictionary<CommitUnit, IReadOnlyList<string>>> MovedOnAsync(IReadOnlyList<CommitUnit> units)
    {
        var expected = units.SelectMany(unit => unit.Expectations).ToArray();
        await using var command = db.CreateCommand(MovedOn);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(expected, stream => stream.Key) });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(expected, stream => stream.Version) });
        var moved = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) moved.Add(reader.GetString(0));
        return units.Select(unit => (Unit: unit, Streams: unit.Expectations.Select(stream => stream.Key).Where(moved.Contains).ToArray()))
            .Where(of => of.Streams.Length > 0).ToDictionary(of => of.Unit, IReadOnlyList<string> (of) => of.Streams);
    }
}
