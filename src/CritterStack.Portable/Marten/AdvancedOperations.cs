using JasperFx.Events.Projections;
using Marten.Internal;

namespace Marten;

/// <summary>What operators need of the store.</summary>
public class AdvancedOperations
{
    private readonly DocumentStore _store;

    internal AdvancedOperations(DocumentStore store) => _store = store;

    /// <summary>How far each asynchronous projection and subscription has come, and the end of the gapless log.</summary>
    public Task<IReadOnlyList<ShardState>> AllProjectionProgress(string? tenantId = null, CancellationToken token = default) =>
        DaemonSeam.AllProgressAsync(_store, token);
}
