using JasperFx.Events.Projections;
using Marten.Events.Projections;

namespace Marketplace.Storage.Rebuilding;

/// <summary>A read model that is to be rebuilt.</summary>
/// <param name="Name">Its name, which is the projection's.</param>
/// <param name="Projection">A projection of its own: what the live one remembers of its tables is not true of the copies.</param>
/// <param name="Tables">The tables it owns, with their schema. It names them without one.</param>
/// <param name="Events">The event types it reads. It may read of an event what <see cref="LogPages"/> brings.</param>
/// <param name="IsInline">Whether its rows are written in the transactions of the events.</param>
public sealed record RebuildTarget(string Name, IProjection Projection, IReadOnlyList<string> Tables, IReadOnlyList<Type> Events, bool IsInline)
{
    /// <summary>The progress row of its live shard, when it has one.</summary>
    public string ProgressName => new ShardName(Name).Identity;
}
