using JasperFx;
using Marten.Exceptions;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>Tells what the server says because of others or of itself, and just now, from what it says about the work.</summary>
public static class DatabaseFailures
{
    private const string KeyOfEvents = "pkey_mt_events_seq_id";
    private const string MovedOn = "MW001";

    /// <summary>What an exception of a save or of a query means, however the event store wraps it.</summary>
    public static DatabaseFailure KindOf(Exception e) => e switch
    {
        ConcurrencyException or ExistingStreamIdCollisionException => DatabaseFailure.Conflict,
        PostgresException p => KindOf(p),
        NpgsqlException or TimeoutException or IOException => DatabaseFailure.Outage,
        AggregateException { InnerExceptions: [var first, ..] } => KindOf(first),
        { InnerException: { } inner } => KindOf(inner),
        // Said of a connection that was lost a moment before: the transaction, or the connection, is over.
        InvalidOperationException { Source: nameof(Npgsql) } => DatabaseFailure.Outage,
        _ => DatabaseFailure.Refused,
    };

    // Classes of PostgreSQL's appendix A: 08 connections, 53 too few resources, 57 the operator, 58 the disk. A prepared statement that is
    // not there: the connection has another session on the server. An event's number that is taken: a crash of the server took the sequence
    // back to what was on disk, so that it gives numbers again which Marten meanwhile marked as unused; each try draws new ones.
    private static DatabaseFailure KindOf(PostgresException e) => e.SqlState switch
    {
        MovedOn => DatabaseFailure.Conflict,
        // Two transactions began the same stream, or wrote the same version of one.
        PostgresErrorCodes.UniqueViolation when e.ConstraintName is "pkey_mt_streams_id" or "pk_mt_events_stream_and_version" => DatabaseFailure.Conflict,
        PostgresErrorCodes.UniqueViolation when e.ConstraintName is KeyOfEvents => DatabaseFailure.Outage,
        // A statement after the one that failed hides why; it is for a lock as a rule.
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.InFailedSqlTransaction => DatabaseFailure.Lock,
        PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidSqlStatementName => DatabaseFailure.Outage,
        _ => e.SqlState[..2] is "08" or "53" or "57" or "58" ? DatabaseFailure.Outage : DatabaseFailure.Refused,
    };
}
