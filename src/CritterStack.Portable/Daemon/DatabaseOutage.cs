using Npgsql;

namespace Marten.Events.Daemon;

/// <summary>Tells failures of the database, which pass and say nothing about the events, from failures of a projection.</summary>
internal static class DatabaseOutage
{
    /// <summary>Whether the same work may succeed later without anybody changing it.</summary>
    public static bool Is(Exception e) => e switch
    {
        PostgresException p => IsPassing(p.SqlState),
        NpgsqlException => true,
        _ => e.InnerException is { } inner && Is(inner),
    };

    // Classes: 08 connection, 53 resources (disk full, too many connections), 57P operator intervention, 58 system errors,
    // XX internal; single states: serialization failure, deadlock, lock not available, read-only.
    private static bool IsPassing(string state) =>
        state is "40001" or "40P01" or "55P03" or "25006"
        || state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57P", StringComparison.Ordinal) || state.StartsWith("58", StringComparison.Ordinal)
        || state.StartsWith("XX", StringComparison.Ordinal);
}
