using Marketplace.Storage;
using Marketplace.WritePath;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>What the failure of a slice means for what is to be done next.</summary>
public enum FeedFailure
{
    /// <summary>Somebody else has moved the feed on, or it was cancelled: look again.</summary>
    MovedOn,
    /// <summary>Somebody outside this instance changed an offer or held a lock: again, smaller.</summary>
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
        CommitConflictException or LockNotAvailableException => FeedFailure.Conflict,
        PostgresException { SqlState: StandsElsewhere } or FeedMovedOnException => FeedFailure.MovedOn,
        _ when DatabaseFailures.KindOf(e) is var kind and not DatabaseFailure.Refused =>
            kind == DatabaseFailure.Outage ? FeedFailure.Unavailable : FeedFailure.Conflict,
        { InnerException: { } inner } => Of(inner),
        _ => FeedFailure.Unforeseen,
    };
}
