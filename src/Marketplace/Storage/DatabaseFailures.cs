using Npgsql;

namespace Marketplace.Storage;

/// <summary>Tells what the server says because of others or of itself, and just now, from what it says about the work.</summary>
public static class DatabaseFailures
{
    private const string KeyOfEvents = "pkey_mt_events_seq_id";

    /// <summary>
    /// Whether others were in the way: a deadlock, a lock not had in time, a statement that took too long; or a statement behind the one that
    /// failed, which hides why, and it is for a lock as a rule.
    /// </summary>
    public static bool IsConflict(PostgresException e) => e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
        or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.InFailedSqlTransaction;

    /// <summary>
    /// Whether the same work, sent again a little later, may well be done: connections lost or too many (classes 08 and 53 of PostgreSQL's
    /// appendix A), the operator's doing (57), the disk (58), a server that only reads; a prepared statement that is not there, since the
    /// connection has another session behind it; and an event's number that is taken. A crash of the server takes the sequence back to what
    /// was on disk, so that it may give numbers again which Marten meanwhile marked as unused; each try draws new ones.
    /// </summary>
    public static bool IsOutage(PostgresException e) =>
        e.SqlState[..2] is "08" or "53" or "57" or "58"
        || e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidSqlStatementName
        || e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: KeyOfEvents };
}
