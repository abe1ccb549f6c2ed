using Marten.Events;
using Npgsql;

namespace Marten.Internal;

/// <summary>A unit of work.</summary>
internal sealed class DocumentSession : IDocumentSession
{
    private readonly DocumentStore _store;
    private readonly List<SqlStatement> _statements = [];
    private Dictionary<string, object>? _headers;
    private bool _isTransactionAsked;

    public DocumentSession(DocumentStore store)
    {
        _store = store;
        Events = new SessionEvents(this, store);
    }

    public IDocumentStore DocumentStore => _store;

    public SessionEvents Events { get; }

    IQueryEventStore IQuerySession.Events => Events;

    IEventStoreOperations IDocumentOperations.Events => Events;

    IEventStoreOperations IDocumentSession.Events => Events;

    public string? CausationId { get; set; }

    public string? CorrelationId { get; set; }

    public string? LastModifiedBy { get; set; }

    /// <summary>Headers of every event; null when there are none.</summary>
    public Dictionary<string, object>? Headers => _headers;

    /// <summary>Statements queued so far, in order.</summary>
    public IReadOnlyList<SqlStatement> Statements => _statements;

    /// <summary>When set, queries of this session run on this connection, within whatever transaction it is in.</summary>
    public NpgsqlConnection? Connection { get; set; }

    /// <summary>The transaction of <see cref="BeginTransactionAsync"/>, once a query has needed it; it is on <see cref="Connection"/>.</summary>
    public NpgsqlTransaction? Transaction { get; private set; }

    /// <summary>When set, queries go to the database as this makes them.</summary>
    public Func<string, string>? Rewrite { get; set; }

    public void QueueSqlCommand(string sql, params object[] parameterValues)
    {
        ArgumentException.ThrowIfNullOrEmpty(sql);
        SqlPlaceholders.Of(sql).AssertCount(parameterValues.Length);
        _statements.Add(new SqlStatement(sql, parameterValues));
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, params object[] parameters) =>
        QueryAsync<T>(sql, CancellationToken.None, parameters);

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken token, params object[] parameters) =>
        ScalarQuery.RunAsync<T>(this, sql, parameters, token);

    public Task SaveChangesAsync(CancellationToken token = default) => new SessionCommit(this, _store).RunAsync(token);

    public ValueTask BeginTransactionAsync(CancellationToken token)
    {
        _isTransactionAsked = true;
        return ValueTask.CompletedTask;
    }

    public void SetHeader(string key, object value) => (_headers ??= [])[key] = value;

    public object? GetHeader(string key) => _headers is not null && _headers.TryGetValue(key, out var value) ? value : null;

    public void EjectAllPendingChanges()
    {
        _statements.Clear();
        Events.Clear();
    }

    /// <summary>Takes back statements queued behind the first <paramref name="count"/>.</summary>
    public void KeepStatements(int count) => _statements.RemoveRange(count, _statements.Count - count);

    /// <summary>
    /// A connection to read with. The first read of a transaction begins it: a transaction that only saves needs none of its own.
    /// </summary>
    public async ValueTask<ConnectionLease> LeaseAsync(CancellationToken token)
    {
        if (Connection is { } given)
        {
            return new ConnectionLease(given, isOwned: false);
        }

        var connection = await _store.DataSource.OpenConnectionAsync(token).ConfigureAwait(false);
        if (!_isTransactionAsked)
        {
            return new ConnectionLease(connection, isOwned: true);
        }

        try
        {
            Transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Connection = connection;
        return new ConnectionLease(connection, isOwned: false);
    }

    /// <summary>From here on nothing is read in a transaction of the session's own, unless one has begun.</summary>
    public void ForgetUnusedTransaction() => _isTransactionAsked = false;

    /// <summary>Ends the session's own transaction; what was not committed is undone.</summary>
    public async ValueTask EndTransactionAsync()
    {
        _isTransactionAsked = false;
        if (Transaction is not { } transaction)
        {
            return;
        }

        var connection = Connection!;
        (Transaction, Connection) = (null, null);
        await transaction.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => EndTransactionAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => EndTransactionAsync();
}
