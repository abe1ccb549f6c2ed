using System.Diagnostics;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Daemon;
using Marten.Events.Projections;
using Marten.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TestSupport;
using Weasel.Core;

namespace CritterStack.Portable.Tests.Daemon;

public sealed record Counted(int Number);

/// <summary>One row per event and a running sum per stream, so that a lost or doubled event shows.</summary>
public sealed class Sums(Func<IReadOnlyList<IEvent>, CancellationToken, Task>? before = null) : IProjection
{
    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        if (before is not null)
            await before(events, cancellation);
        var streams = events.Select(e => e.StreamKey!).ToArray();
        var numbers = events.Select(e => ((Counted)e.Data).Number).ToArray();
        operations.QueueSqlCommand(
            """
            insert into tally.sum as s
            select stream, count(*), sum(number) from unnest(?::text[], ?::int[]) as e(stream, number) group by stream order by stream
            on conflict (stream) do update set events = s.events + excluded.events, total = s.total + excluded.total
            """,
            streams,
            numbers);
        operations.QueueSqlCommand(
            "insert into step select * from unnest(?::text[], ?::bigint[], ?::int[])",
            streams,
            events.Select(e => e.Version).ToArray(),
            numbers);
    }
}

/// <summary>A database with the tables of <see cref="Sums"/>, and hosts over it.</summary>
internal sealed class TallyDatabase : IAsyncDisposable
{
    private const string Tables =
        """
        create schema tally;
        create table tally.sum(
            stream text primary key, events bigint not null default 0, total bigint not null,
            constraint total_check check (total >= 0)) with (fillfactor = 80);
        create table tally.step(
            stream text not null references tally.sum, version bigint not null, number int not null, unique (stream, version));
        create index step_by_number on tally.step (number desc, (version % 7)) include (stream) where number > 0;
        create function tally.note() returns trigger language plpgsql as $$ begin new.events := coalesce(new.events, 0); return new; end $$;
        grant select on tally.sum to public;
        grant select (version), update (version) on tally.step to pg_monitor with grant option;
        comment on table tally.sum is 'What the projection''s test counts';
        create trigger sum_note before insert or update on tally.sum for each row execute function tally.note();
        """;

    private readonly List<IHost> _hosts = [];
    private readonly TestDatabase? _own;

    private TallyDatabase(TestDatabase? own, string address)
    {
        _own = own;
        Database = new Address(address);
    }

    public Address Database { get; }

    public static async Task<TallyDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return await CreateAsync(database, database.ConnectionString);
    }

    /// <summary>The same in a database that is somebody else's to drop.</summary>
    public static Task<TallyDatabase> CreateAsync(string address) => CreateAsync(null, address);

    private static async Task<TallyDatabase> CreateAsync(TestDatabase? own, string address)
    {
        var tally = new TallyDatabase(own, address);
        await tally.Database.ExecuteAsync(Tables);
        return tally;
    }

    public static void Declare(AsyncOptions options)
    {
        options.DeleteDataInTableOnTeardown("tally.sum");
        options.DeleteDataInTableOnTeardown("tally.step");
    }

    public static void Async(StoreOptions options) => options.Projections.Add(new Sums(), ProjectionLifecycle.Async, "Sums", Declare);

    public static void Inline(StoreOptions options) => options.Projections.Add(new Sums(), ProjectionLifecycle.Inline, "Sums", Declare);

    public async Task<IHost> StartAsync(
        Action<StoreOptions>? configure = null,
        DaemonMode mode = DaemonMode.Disabled,
        string name = "tally",
        ILoggerProvider? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        if (log is not null)
            builder.Logging.AddProvider(log);
        var address = Database.With(searchPath: "tally", applicationName: name) + ";Max Auto Prepare=100;Auto Prepare Min Usages=2";
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(address));
        builder.Services.AddMarten(store =>
            {
                store.DatabaseSchemaName = "tally";
                store.Events.StreamIdentity = StreamIdentity.AsString;
                store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase);
                store.Events.MapEventType<Counted>("counted");
                configure?.Invoke(store);
            })
            .UseNpgsqlDataSource()
            .ApplyAllDatabaseChangesOnStartup()
            .AddAsyncDaemon(mode);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    public static IDocumentStore Store(IHost host) => host.Services.GetRequiredService<IDocumentStore>();

    public static DaemonContext Context(IHost host) =>
        new(host.Services.GetRequiredService<DocumentStore>(), NullLogger.Instance, new DaemonHealth());

    /// <summary>Waits until the application's health is so, and answers what the daemon says to that.</summary>
    public static async Task<string> EventuallyReportedAsync(IHost host, HealthStatus status)
    {
        var checks = host.Services.GetRequiredService<HealthCheckService>();
        var report = await checks.CheckHealthAsync();
        await EventuallyAsync(async () => (report = await checks.CheckHealthAsync()).Status == status, $"the health is {status}");
        return report.Entries["projections"].Description!;
    }

    /// <summary>Adds events 1 … <paramref name="count"/> to a stream, ten a save.</summary>
    public static async Task WriteAsync(IHost host, string stream, int count, bool inOneSave = false)
    {
        foreach (var numbers in Enumerable.Range(1, count).Chunk(inOneSave ? count : 10))
        {
            await using var session = Store(host).LightweightSession();
            session.Events.Append(stream, numbers.Select(n => (object)new Counted(n)).ToArray());
            await session.SaveChangesAsync();
        }
    }

    /// <summary>Asserts that the rows are the fold of the log, no event missing, none twice.</summary>
    public async Task AssertRowsAreTheLogAsync()
    {
        Assert.Equal("", await DifferencesAsync());
    }

    public async Task<string> DifferencesAsync() => (await Database.ScalarAsync<string>(
        """
        with log as (select stream_id as stream, version, (data->>'number')::int as number from tally.mt_events),
             folded as (select stream, count(*) as events, sum(number)::bigint as total from log group by stream)
        select concat(
            (select string_agg(format('sum of %s: %s/%s, log: %s/%s', stream, s.events, s.total, f.events, f.total), '; ')
               from folded f full join tally.sum s using (stream) where (s.events, s.total) is distinct from (f.events, f.total)),
            (select string_agg(format('step %s %s', stream, version), '; ')
               from (table log except select stream, version, number from tally.step) missing),
            (select string_agg(format('extra step %s %s', stream, version), '; ')
               from (select stream, version, number from tally.step except table log) extra))
        """))!;

    public Task<long> ProgressAsync(string name = "Sums:All") =>
        Database.ScalarAsync<long>("select last_seq_id from tally.mt_event_progression where name = $1", name);

    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"Not within 60 s: {what}");
            await Task.Delay(20);
        }
    }

    public Task CaughtUpAsync() => EventuallyAsync(
        async () => await ProgressAsync() == await Database.ScalarAsync<long>("select max(seq_id) from tally.mt_events"),
        "the projection has caught up");

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }
        if (_own is not null)
            await _own.DisposeAsync();
    }
}

/// <summary>Statements against a database, each on a connection of its own.</summary>
internal sealed class Address(string connectionString)
{
    public string With(string searchPath, string applicationName) =>
        new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = searchPath, ApplicationName = applicationName }.ConnectionString;

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async Task ExecuteAsync(string sql, params object[] values) => await ScalarAsync<object>(sql, values);

    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return await command.ExecuteScalarAsync() is T found ? found : default;
    }
}
