using System.Globalization;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace Marketplace.Storage.Rebuilding;

/// <summary>
/// The live shard of a read model that a rebuild may replace at any moment. What a batch has read of the old tables must not be written into the
/// new ones: such a batch fails as a whole, and the daemon starts the shard again.
/// </summary>
public sealed class GuardedProjection : ProjectionBase, IProjection
{
    private readonly IProjection _projection;
    private readonly string _table;

    /// <summary>Guards a projection.</summary>
    /// <param name="name">The projection's name.</param>
    /// <param name="projection">What writes the rows.</param>
    /// <param name="table">One of its tables; they are replaced together.</param>
    /// <param name="events">The event types it reads; none: every type.</param>
    public GuardedProjection(string name, IProjection projection, string table, IEnumerable<Type> events)
    {
        (Name, _projection, _table) = (name, projection, table);
        IncludedEventTypes.AddRange(events);
    }

    /// <inheritdoc />
    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var oid = (await operations.QueryAsync<string>("select ?::regclass::oid::text", cancellation, _table))[0];
        // Ahead of its writes, behind the progress that Marten writes first.
        operations.QueueSqlCommand("call assert_same_table(?, ?::oid)", _table, long.Parse(oid, CultureInfo.InvariantCulture));
        await _projection.ApplyAsync(operations, events, cancellation);
    }
}
