using System.Globalization;
using JasperFx.Events;
using Marten.Exceptions;
using Npgsql;

namespace Marten.Internal;

/// <summary>What the database's refusals mean, in Marten's words.</summary>
internal static class CommitFailures
{
    private const string WrongVersion = "MT001";
    private const string Exists = "MT002";
    private const string Archived = "MT003";

    /// <summary>The exception for the caller.</summary>
    /// <param name="failure">what the database or the connection said</param>
    /// <param name="stream">stream whose events were being stored, if any</param>
    public static Exception Translate(NpgsqlException failure, StreamAction? stream) => failure switch
    {
        PostgresException { SqlState: WrongVersion } e when stream is not null => Conflict(stream, ActualIn(e)),
        PostgresException { SqlState: Exists } when stream is not null => Collision(stream),
        PostgresException { SqlState: Archived } e => new InvalidStreamOperationException(e.MessageText),
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pk_mt_events_stream_and_version" } when stream is not null =>
            Conflict(stream, -1),
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pkey_mt_streams_id" } when stream is not null =>
            Collision(stream),
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure } e => new ConcurrentUpdateException(e),
        _ => new MartenCommandException(null, failure),
    };

    private static EventStreamUnexpectedMaxEventIdException Conflict(StreamAction stream, long actual) =>
        new(stream.Key!, stream.AggregateType, stream.ExpectedVersionOnServer ?? -1, actual);

    private static ExistingStreamIdCollisionException Collision(StreamAction stream) => new(stream.Key!, stream.AggregateType!);

    private static long ActualIn(PostgresException e) =>
        long.TryParse(e.Hint, NumberStyles.None, CultureInfo.InvariantCulture, out var actual) ? actual : -1;
}
