using System.Data;
using JasperFx.Events.Daemon;
using Microsoft.Extensions.Logging;

namespace Marten;

/// <summary>The event store: one per database schema, used by all threads.</summary>
public interface IDocumentStore : IDisposable, IAsyncDisposable
{
    /// <summary>What operators need.</summary>
    AdvancedOperations Advanced { get; }

    /// <summary>Opens a unit of work. It takes a connection only while it reads or saves.</summary>
    /// <param name="isolationLevel">only <see cref="IsolationLevel.ReadCommitted"/> is supported</param>
    IDocumentSession LightweightSession(IsolationLevel isolationLevel = IsolationLevel.ReadCommitted);

    /// <summary>Opens a session for reading.</summary>
    IQuerySession QuerySession();

    /// <summary>Something to rebuild projections with.</summary>
    ValueTask<IProjectionDaemon> BuildProjectionDaemonAsync(string? tenantIdOrDatabaseIdentifier = null, ILogger? logger = null);
}
