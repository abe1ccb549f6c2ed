using System.Data;
using System.Globalization;
using Marten;
using Npgsql;
using SessionOptions = Marten.Services.SessionOptions;

namespace Marketplace.Storage.Rebuilding;

/// <summary>
/// Rebuilds a read model into copies of its tables while the live ones go on, and puts the copies in their place at the end. Until that one
/// transaction nothing of the live rows has changed (ops/decisions/0009). Everything is written on one connection, the one that holds the right
/// to rebuild: who has lost it can do nothing more.
/// </summary>
public sealed partial class Rebuild
{
    /// <summary>Few enough positions to be left to the swap, while writers wait.</summary>
    public const int ShortTail = 1_000;

    /// <summary>How often the swap is tried while others hold the tables.</summary>
    public const int SwapAttempts = 120;

    /// <summary>The longest that the swap waits for a lock, and others behind it: less than PostgreSQL takes to look for a deadlock.</summary>
    public static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(500);

    private const string LastSql = $"select coalesce(max(seq_id), 0) from {Schema.Name}.mt_events";

    private const string ProgressSql = $"select last_seq_id from {Schema.Name}.mt_event_progression where name = $1";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly IDocumentStore _store;
    private readonly NpgsqlConnection _connection;
    private readonly RebuildTarget _target;
    private readonly Positions _positions;
    private readonly ILogger _log;
    private readonly LogPages _pages;
    private readonly TableCopies _copies;
    private long _done;

    /// <summary>Prepares a rebuild.</summary>
    /// <param name="store">The event store.</param>
    /// <param name="db">Where the log is read.</param>
    /// <param name="connection">The connection that holds the right to rebuild.</param>
    /// <param name="target">What to rebuild.</param>
    /// <param name="positions">Tells through which position the log is complete.</param>
    /// <param name="log">Where to say what goes on.</param>
    public Rebuild(IDocumentStore store, NpgsqlDataSource db, NpgsqlConnection connection, RebuildTarget target, Positions positions, ILogger log)
    {
        (_store, _connection, _target, _positions, _log) = (store, connection, target, positions, log);
        (_pages, _copies) = (new LogPages(store, db, target.Events), new TableCopies(connection, target.Tables));
    }

    /// <summary>Rebuilds and swaps.</summary>
    /// <exception cref="InvalidOperationException">The tables cannot be replaced, or the projection fails.</exception>
    /// <exception cref="TimeoutException">Others held the tables all the time.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await _copies.CreateAsync(ct);
            await FillAsync(ct);
            await _copies.FinishAsync(ct);
            await FillAsync(ct);
            await SwapAsync(ct);
        }
        catch
        {
            await ForgetAsync();
            throw;
        }
    }

    // Only what is decided is applied ahead of the swap: no event may turn up behind it later.
    private async Task FillAsync(CancellationToken ct)
    {
        while (await GoalAsync(ct) is var goal && goal - _done > ShortTail)
        {
            var ceiling = Math.Min(goal, await _positions.CompleteAsync(ct));
            if (ceiling <= _done) await Task.Delay(Pause, ct);
            await foreach (var page in _pages.ReadAsync(_done, ceiling, ct))
            {
                if (page.Events.Count > 0) await CommitAsync(page, ct);
                _done = page.Ceiling;
            }
        }
    }

    // Behind the log the live rows' own position: the copies never overtake them, so that theirs is right for the copies too.
    private Task<long> GoalAsync(CancellationToken ct) => ScalarAsync(_target.IsInline ? LastSql : ProgressSql, ct);

    private async Task CommitAsync(LogPage page, CancellationToken ct)
    {
        await using var transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        // The copies are worthless until the swap, whose commit waits for the disk and for all that was written before it.
        await ExecuteAsync($"set local search_path = {TableCopies.SchemaName}; set local synchronous_commit = off", ct);
        await ApplyAsync(transaction, page, ct);
        await transaction.CommitAsync(ct);
    }

    private async Task ApplyAsync(NpgsqlTransaction transaction, LogPage page, CancellationToken ct)
    {
        await using var session = _store.LightweightSession(SessionOptions.ForTransaction(transaction));
        try
        {
            await _target.Projection.ApplyAsync(session, page.Events, ct);
            await session.SaveChangesAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && _connection.FullState == ConnectionState.Open)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"It fails on the events from position {page.Events[0].Sequence} to {page.Events[^1].Sequence}: {e.GetBaseException().Message}"), e);
        }
    }

    private async Task SwapAsync(CancellationToken ct)
    {
        for (var attempt = 1; attempt <= SwapAttempts; attempt++)
        {
            try
            {
                await SwapOnceAsync(ct);
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                InUse(_log, _target.Name, attempt);
            }
            await Task.Delay(Pause, ct);
            await FillAsync(ct);
        }
        throw new TimeoutException("Its tables are in use by long transactions and could not be replaced.");
    }

    // A live shard writes its progress before its tables, so the locks are asked for in that order.
    private async Task SwapOnceAsync(CancellationToken ct)
    {
        await using var transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        await ExecuteAsync($"set local search_path = {TableCopies.SchemaName}; set local lock_timeout = {LockTimeout.TotalMilliseconds}", ct);
        var live = _target.IsInline ? long.MaxValue : await ScalarAsync(ProgressSql + " for update", ct);
        if (live < _done) throw new InvalidOperationException("The position of the live rows was set back meanwhile.");
        await _copies.LockLiveAsync(ct);
        // On this connection: all others of the pool may be with writers who wait for us.
        for (var floor = _done; floor < live;)
        {
            var page = await _pages.LoadAsync(_connection, floor, live, ct);
            if (page.Events.Count > 0) await ApplyAsync(transaction, page, ct);
            floor = page.Ceiling;
        }
        await _copies.ReplaceLiveAsync(ct);
        await transaction.CommitAsync(CancellationToken.None);
    }

    // If it cannot, the next rebuild does.
    private async Task ForgetAsync()
    {
        if (_connection.FullState != ConnectionState.Open) return;
        try
        {
            await _copies.DropAsync(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            LeftBehind(_log, e, _target.Name);
        }
    }

    private async Task<long> ScalarAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        if (!_target.IsInline) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _target.ProgressName });
        return await command.ExecuteScalarAsync(ct) is long value ? value : 0;
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(LogLevel.Information, "The tables of {Name} are in use; they will be replaced a little later (attempt {Attempt})")]
    private static partial void InUse(ILogger log, string name, int attempt);

    [LoggerMessage(LogLevel.Warning, "The copies of {Name} could not be removed; the next rebuild removes them")]
    private static partial void LeftBehind(ILogger log, Exception e, string name);
}
