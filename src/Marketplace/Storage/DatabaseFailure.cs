namespace Marketplace.Storage;

/// <summary>What a failed save means for what is to be done next.</summary>
public enum DatabaseFailure
{
    /// <summary>A stream has another version than was expected: decide again on the fresh state.</summary>
    Conflict,
    /// <summary>Somebody else held a lock, or a deadlock was resolved at this transaction's cost: the same work may be tried again.</summary>
    Lock,
    /// <summary>The database is lost or cannot take the work just now: again, later.</summary>
    Outage,
    /// <summary>Anything else: the work itself is at fault.</summary>
    Refused,
}
