using Npgsql;

namespace TestSupport;

/// <summary>Looks at and ends the sessions of a server, as an operator or a failure would.</summary>
public static class PostgresBackends
{
    /// <summary>Ends every session of an application (its <c>Application Name</c>) in the address's database; returns how many.</summary>
    public static Task<int> TerminateAsync(string connectionString, string applicationName) => CountAsync(
        connectionString,
        """
        select count(*)::int from (
            select pg_terminate_backend(pid, 10000) from pg_stat_activity
            where application_name = $1 and datname = current_database() and pid <> pg_backend_pid()) ended
        """,
        applicationName);

    /// <summary>Ends every other session of a database and waits until they are gone; returns how many.</summary>
    public static Task<int> TerminateOfDatabaseAsync(string connectionString, string database) => CountAsync(
        connectionString,
        """
        select count(*)::int from (
            select pg_terminate_backend(pid, 10000) from pg_stat_activity
            where datname = $1 and pid <> pg_backend_pid()) ended
        """,
        database);

    /// <summary>Counts the sessions of an application in the address's database.</summary>
    public static Task<int> CountOfAsync(string connectionString, string applicationName) => CountAsync(
        connectionString,
        """
        select count(*)::int from pg_stat_activity
        where application_name = $1 and datname = current_database() and pid <> pg_backend_pid()
        """,
        applicationName);

    /// <summary>Counts the sessions of an application that wait for a lock of another session.</summary>
    public static Task<int> CountBlockedAsync(string connectionString, string applicationName) => CountAsync(
        connectionString,
        """
        select count(*)::int from pg_stat_activity
        where application_name = $1 and datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0
        """,
        applicationName);

    private static async Task<int> CountAsync(string connectionString, string sql, string value)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "postgres-backends" };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue(value);
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
