using Marten.Events;

namespace Marten;

/// <summary>A unit of work: everything in it is stored together by <see cref="SaveChangesAsync"/> or not at all.</summary>
public interface IDocumentSession : IDocumentOperations
{
    /// <summary>Reading streams and adding events to them.</summary>
    new IEventStoreOperations Events { get; }

    /// <summary>Who does it: stored with each event as its user name.</summary>
    string? LastModifiedBy { get; set; }

    /// <summary>Stores the session's events, what inline projections make of them, and queued statements, in one transaction.</summary>
    /// <exception cref="JasperFx.ConcurrencyException">a stream moved on since it was read; nothing was stored</exception>
    /// <exception cref="Exceptions.ExistingStreamIdCollisionException">
    /// a stream to be started, or fetched while absent, exists by now; nothing was stored
    /// </exception>
    /// <exception cref="Exceptions.MartenCommandException">
    /// a statement failed and nothing was stored, or the connection failed and nobody knows whether the transaction was committed
    /// </exception>
    Task SaveChangesAsync(CancellationToken token = default);

    /// <summary>
    /// Makes everything from here to <see cref="SaveChangesAsync"/> one transaction, queries and the locks they take included; disposing
    /// of the session instead undoes it. Here that needs no round trip until there is a query: numbers are always drawn in the
    /// transaction that stores the events.
    /// </summary>
    ValueTask BeginTransactionAsync(CancellationToken token);

    /// <summary>Sets a header of every event that the session adds.</summary>
    void SetHeader(string key, object value);

    /// <summary>A header set before, or null.</summary>
    object? GetHeader(string key);

    /// <summary>Forgets everything not saved yet.</summary>
    void EjectAllPendingChanges();
}
