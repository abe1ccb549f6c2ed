using JasperFx;
using Marketplace.Storage;
using Marten.Exceptions;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>What the failure of a batch means for what is to be done next.</summary>
public enum FeedFailure
{
    /// <summary>Somebody else has moved the feed on, or it was cancelled: look again.</summary>
    MovedOn,
    /// <summary>An offer or a lock was in somebody else's hands, or a statement took too long: again, smaller.</summary>
    Conflict,
    /// <summary>The database is lost or cannot take the work: again, later.</summary>
    Unavailable,
    /// <summary>Anything else: one of the lines may be at fault; find out which.</summary>
    Unforeseen,
}

/// <summary>Tells failures apart.</summary>
public static class FeedFailures
{
    private const string StandsElsewhere = "MF001";

    /// <summary>What an exception means.</summary>
    public static FeedFailure Of(Exception e) => e switch
    {
        ConcurrencyException or ExistingStreamIdCollisionException or OffersMovedOnException => FeedFailure.Conflict,
        PostgresException { SqlState: StandsElsewhere } or FeedMovedOnException => FeedFailure.MovedOn,
        PostgresException p when DatabaseFailures.IsConflict(p) => FeedFailure.Conflict,
        PostgresException p => DatabaseFailures.IsOutage(p) ? FeedFailure.Unavailable : FeedFailure.Unforeseen,
        NpgsqlException or TimeoutException or IOException => FeedFailure.Unavailable,
        { InnerException: { } inner } => Of(inner),
        // And on a connection that was lost a moment before: the driver says that it, or the transaction, is over.
        InvalidOperationException { Source: nameof(Npgsql) } => FeedFailure.Unavailable,
        _ => FeedFailure.Unforeseen,
    };
}
