namespace Marketplace.WritePath;

/// <summary>Reads the committed states of streams.</summary>
public interface IStateSource<TState> where TState : class
{
    /// <summary>The states of these streams, by key; a stream without an event may be left out.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database cannot be reached.</exception>
    Task<IReadOnlyDictionary<string, Versioned<TState>>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct);
}
