using Marten.Events;

namespace Marten;

/// <summary>What projections and callers may do in a session's transaction.</summary>
public interface IDocumentOperations : IQuerySession
{
    /// <summary>Reading streams and adding events to them.</summary>
    new IEventStoreOperations Events { get; }

    /// <summary>Queues a statement for the session's transaction, behind the events.</summary>
    /// <param name="sql">one statement with <c>?</c> for each parameter; a <c>?</c> within quotes is left alone</param>
    /// <param name="parameterValues">
    /// values or arrays of values, in the order of their placeholders; instants as <see cref="DateTimeOffset"/> in UTC
    /// </param>
    void QueueSqlCommand(string sql, params object[] parameterValues);
}
