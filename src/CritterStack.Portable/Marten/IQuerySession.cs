using Marten.Events;

namespace Marten;

/// <summary>Reading the store. Not to be used by two threads at once.</summary>
public interface IQuerySession : IDisposable, IAsyncDisposable
{
    /// <summary>Store that the session belongs to.</summary>
    IDocumentStore DocumentStore { get; }

    /// <summary>Reading streams.</summary>
    IQueryEventStore Events { get; }

    /// <summary>What caused the events that this session adds.</summary>
    string? CausationId { get; set; }

    /// <summary>What the events that this session adds belong to, usually a request.</summary>
    string? CorrelationId { get; set; }

    /// <summary>The single column of a query, outside of any transaction of the session.</summary>
    /// <typeparam name="T">string, long, int, bool, decimal, double, DateTimeOffset or Guid</typeparam>
    /// <param name="sql">a whole statement with <c>?</c> for each parameter</param>
    /// <param name="token">gives up waiting</param>
    /// <param name="parameters">values in the order of their placeholders</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not a scalar</exception>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, CancellationToken token, params object[] parameters);

    /// <inheritdoc cref="QueryAsync{T}(string, CancellationToken, object[])" />
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, params object[] parameters);
}
