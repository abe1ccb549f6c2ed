using System.Data;
using JasperFx.Events.Daemon;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Internal;

/// <summary>The store over PostgreSQL.</summary>
internal sealed class DocumentStore : IDocumentStore
{
    private readonly Lazy<Task> _schema;
    private readonly bool _allowsUnsafeDurability;

    public DocumentStore(StoreOptions options, NpgsqlDataSource dataSource, ILoggerFactory loggers, bool allowsUnsafeDurability)
    {
        options.EventGraph.Build();
        Options = options;
        DataSource = dataSource;
        Loggers = loggers;
        _allowsUnsafeDurability = allowsUnsafeDurability;
        Events = new EventReader(options.EventGraph, options.Json);
        Advanced = new AdvancedOperations(this);
        _schema = new Lazy<Task>(() => Task.CompletedTask);
    }

    public AdvancedOperations Advanced { get; }

    public StoreOptions Options { get; }

    public NpgsqlDataSource DataSource { get; }

    public ILoggerFactory Loggers { get; }

    /// <summary>Reads stored events.</summary>
    public EventReader Events { get; }

    /// <summary>Raised when this process has committed events.</summary>
    public EventSignal EventsCommitted { get; } = new();

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

    /// <summary>Creates what is missing in the database, once.</summary>
    public Task EnsureSchemaAsync(CancellationToken token) => _schema.Value.WaitAsync(token);

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
