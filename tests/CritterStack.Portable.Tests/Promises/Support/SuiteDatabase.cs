using System.Data;
using Npgsql;
using TestSupport;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>A test's own database, with the tables that the suite's projections write, observed over plain Npgsql.</summary>
public sealed class SuiteDatabase : IAsyncDisposable
{
    private const string Tables = """
        create schema suite;
        create table suite.balance (stream text primary key, count bigint not null, total bigint not null, version bigint not null);
        create table suite.tally (like suite.balance including all);
        create table suite.fragile (like suite.balance including all);
        create table suite.journal (ordinal bigint generated always as identity, position bigint not null);
        create table suite.collected (ordinal bigint generated always as identity, position bigint not null);
        create table suite.receipt (command text not null, stream text not null, version bigint not null);
        """;

    private readonly TestDatabase? database;

    private SuiteDatabase(string connectionString, TestDatabase? database)
    {
        this.database = database;
        ConnectionString = connectionString;
        DataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "observer", MaxPoolSize = 8 });
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>Makes a database of the test's own in the cluster that all tests share.</summary>
    public static async Task<SuiteDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return await PrepareAsync(new SuiteDatabase(database.ConnectionString, database));
    }

    /// <summary>Prepares a database that the test made elsewhere, and will drop itself.</summary>
    public static Task<SuiteDatabase> OpenAsync(string connectionString) => PrepareAsync(new SuiteDatabase(connectionString, null));

    public async Task<int> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<List<T>> ListAsync<T>(string sql, Func<IDataRecord, T> read, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The highest position of a committed event; 0 in an empty log.</summary>
    public Task<long> LastPositionAsync() => ScalarAsync<long>("select coalesce(max(seq_id), 0) from marketplace.mt_events");

    /// <summary>Ends backends of the named instance, as an administrator or a failing server would.</summary>
    public Task<long> TerminateBackendsAsync(string applicationName, int most = int.MaxValue) => ScalarAsync<long>(
        """
        select count(pg_terminate_backend(pid)) from (
            select pid from pg_stat_activity
            where datname = current_database() and application_name = $1 order by random() limit $2) as chosen
        """,
        applicationName,
        most);

    /// <summary>Waits until the server has noticed that the named instance is gone: only then is what it did decided.</summary>
    public Task NoBackendsLeftAsync(string applicationName) => Eventually.True(
        $"no backend of {applicationName} is left",
        async () => await ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = $1",
            applicationName) == 0);

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }

    private static async Task<SuiteDatabase> PrepareAsync(SuiteDatabase suite)
    {
        await suite.ExecuteAsync(Tables);
        return suite;
    }

    private NpgsqlCommand Command(string sql, object[] parameters)
    {
        var command = DataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}
