using Marten.Internal;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Events.Daemon;

/// <summary>What every part of the daemon works with.</summary>
/// <param name="Store">the store whose events are followed</param>
/// <param name="Logger">where the daemon reports</param>
/// <param name="Health">where it says how it is doing</param>
internal sealed record DaemonContext(DocumentStore Store, ILogger Logger, DaemonHealth Health)
{
    /// <summary>The store's database.</summary>
    public NpgsqlDataSource Database => Store.DataSource;

    /// <summary>Schema of the event tables, fit to be put into SQL.</summary>
    public string Schema => Store.Schema;

    /// <summary>Source of timestamps and waits.</summary>
    public TimeProvider Time => Store.Options.EventGraph.TimeProvider;
}
