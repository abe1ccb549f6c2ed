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
    /// <param name="streams">streams whose events were being stored</param>
    public static Exception Translate(NpgsqlException failure, IReadOnlyList<StreamAction> streams) => failure switch
    {
        PostgresException { SqlState: WrongVersion } e => Conflict(e, streams),
        PostgresException { SqlState: Exists } e => Collision(e, streams),
        PostgresException { SqlState: Archived } e => new InvalidStreamOperationException(e.MessageText),
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "pk_mt_events_stream_and_version" } e =>
            new EventStreamUnexpectedMaxEventIdException(e.MessageText),
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure } e => new ConcurrentUpdateException(e),
        _ => new MartenCommandException(null, failure),
    };

    /// <summary>Key of the stream that a translated refusal is about; null when it is about none.</summary>
    public static string? StreamOf(Exception refusal) => refusal switch
    {
        EventStreamUnexpectedMaxEventIdException e => e.Id as string,
        ExistingStreamIdCollisionException e => e.Id as string,
        _ => null,
    };

    /// <summary>Whether a lock was not to be had in time.</summary>
    public static bool IsHeldUp(Exception failure) =>
        failure is MartenCommandException { InnerException: PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } };

    /// <summary>
    /// Whether a failure is everybody's in the transaction: there was no connection to be had, or it was lost (the server's word was
    /// not heard, or was its last), so that nobody knows what became of the transaction and nothing may be sent again.
    /// </summary>
    public static bool ConcernsAll(Exception failure) => failure switch
    {
        NpgsqlException => true,
        MartenCommandException { InnerException: PostgresException e } => e.InvariantSeverity is not "ERROR",
        MartenCommandException { InnerException: NpgsqlException } => true,
        _ => false,
    };

    private static EventStreamUnexpectedMaxEventIdException Conflict(PostgresException e, IReadOnlyList<StreamAction> streams)
    {
        var (actual, stream) = Told(e, streams);
        var expected = stream.ExpectedVersionOnServer ?? -1;
        return new EventStreamUnexpectedMaxEventIdException(stream.Key!, stream.AggregateType, expected, actual);
    }

    private static ExistingStreamIdCollisionException Collision(PostgresException e, IReadOnlyList<StreamAction> streams)
    {
        var (_, stream) = Told(e, streams);
        return new ExistingStreamIdCollisionException(stream.Key!, stream.AggregateType!);
    }

    /// <summary>The hint is the version and the key of the stream in question.</summary>
    private static (long Actual, StreamAction Stream) Told(PostgresException e, IReadOnlyList<StreamAction> streams)
    {
        var told = e.Hint!;
        var space = told.IndexOf(' ', StringComparison.Ordinal);
        return (
            long.Parse(told.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture),
            streams.First(stream => told.AsSpan(space + 1).SequenceEqual(stream.Key)));
    }
}
