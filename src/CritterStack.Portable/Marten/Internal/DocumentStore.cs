using System.Collections.Concurrent;
using System.Data;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten.Events.Daemon;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Internal;

/// <summary>The store over PostgreSQL.</summary>
internal sealed class DocumentStore : IDocumentStore
{
    private readonly ConcurrentDictionary<Type, object?> _caches = new();
    private readonly SemaphoreSlim _schemaTurn = new(1);
    private readonly CommitNotifier _notifier;
    private readonly StoreSchema _storeSchema;
    private volatile bool _isSchemaReady;
    private volatile bool _leadsAlone;

    public DocumentStore(StoreOptions options, NpgsqlDataSource dataSource, ILoggerFactory loggers, bool allowsUnsafeDurability)
    {
        options.EventGraph.Build();
        Options = options;
        DataSource = dataSource;
        Loggers = loggers;
        // Not IDocumentStore: under that name Marten tells every failed statement with its values, and applications silence it.
        var logger = loggers.CreateLogger("Marten.DocumentStore");
        Sql = new StoreSql(Schema);
        Events = new EventReader(options.EventGraph, options.Json);
        Inline = new InlineProjections(options.Projections);
        Writer = new CommitWriter(dataSource, new AppendCommand(Sql, options.EventGraph, options.Json), SayCommitted);
        Queue = new CommitQueue(new CommitGroup(this, Writer, Inline));
        Advanced = new AdvancedOperations(this);
        _storeSchema = new StoreSchema(dataSource, Schema, allowsUnsafeDurability, logger);
        _notifier = new CommitNotifier(dataSource, NotifyChannel, logger);
    }

    public AdvancedOperations Advanced { get; }

    public StoreOptions Options { get; }

    public NpgsqlDataSource DataSource { get; }

    public ILoggerFactory Loggers { get; }

    /// <summary>The store's statements.</summary>
    public StoreSql Sql { get; }

    /// <summary>Reads stored events.</summary>
    public EventReader Events { get; }

    /// <summary>Applies inline projections.</summary>
    public InlineProjections Inline { get; }

    /// <summary>Commits units of work.</summary>
    public CommitWriter Writer { get; }

    /// <summary>Commits sessions, several at a time.</summary>
    public CommitQueue Queue { get; }

    /// <summary>What this process has committed, for its own daemon.</summary>
    public CommittedEvents Committed { get; } = new();

    /// <summary>Raised when this process or another has committed events.</summary>
    public EventSignal EventsCommitted { get; } = new();

    /// <summary>Raised, before <see cref="EventsCommitted"/>, when another process says that it has committed events.</summary>
    public EventSignal CommittedElsewhere { get; } = new();

    /// <summary>Whether this process alone runs projections: then nobody else waits to hear of its commits.</summary>
    public bool LeadsAlone
    {
        get => _leadsAlone;
        set => _leadsAlone = value;
    }

    /// <summary>Schema of the event tables, fit to be put into SQL.</summary>
    public string Schema => Options.EventGraph.DatabaseSchemaName;

    /// <summary>Channel on which other processes say that they have committed events.</summary>
    public string NotifyChannel => $"mt_events_{Schema}";

    public IDocumentSession LightweightSession(IsolationLevel isolationLevel = IsolationLevel.ReadCommitted) =>
        isolationLevel == IsolationLevel.ReadCommitted
            ? new DocumentSession(this)
            : throw new NotSupportedException($"The portable store knows {IsolationLevel.ReadCommitted} only");

    public IQuerySession QuerySession() => new DocumentSession(this);

    public ValueTask<IProjectionDaemon> BuildProjectionDaemonAsync(string? tenantIdOrDatabaseIdentifier = null, ILogger? logger = null) =>
        ValueTask.FromResult(DaemonSeam.Build(this, logger));

    /// <summary>Creates what is missing in the database, once; tried again by the next caller when it failed.</summary>
    public ValueTask EnsureSchemaAsync(CancellationToken token) =>
        _isSchemaReady ? ValueTask.CompletedTask : new ValueTask(ApplySchemaAsync(token));

    /// <summary>Committed states of <typeparamref name="T"/>; null when they are not to be kept.</summary>
    public AggregateCache<T>? CacheFor<T>()
        where T : class =>
        (AggregateCache<T>?)_caches.GetOrAdd(
            typeof(T),
            static (type, graph) => graph.CacheSizeFor(type) is { } size ? new AggregateCache<T>(size) : null,
            Options.EventGraph);

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync()
    {
        Queue.Dispose();
        return _notifier.DisposeAsync();
    }

    private void SayCommitted(IReadOnlyList<StreamAction> streams)
    {
        // Before the signal: who comes for them finds them.
        Committed.Add(streams);
        EventsCommitted.Raise();
        if (!LeadsAlone)
            _notifier.Raise();
    }

    private async Task ApplySchemaAsync(CancellationToken token)
    {
        await _schemaTurn.WaitAsync(token).ConfigureAwait(false);
        try
        {
            if (!_isSchemaReady)
            {
                await _storeSchema.ApplyAsync(token).ConfigureAwait(false);
                _isSchemaReady = true;
            }
        }
        finally
        {
            _schemaTurn.Release();
        }
    }
}
