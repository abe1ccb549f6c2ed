using System.Diagnostics;
using System.Text.Json;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Exceptions;
using Npgsql;

namespace CritterStack.Portable.Tests.Store;

public sealed class Saving_a_session
{
    private static readonly ThingMade Made = new("lamp", 20.50m, Shade.Dark);

    [Fact]
    public async Task Stores_events_as_Marten_writes_them()
    {
        await using var store = await ShopStore.StartAsync();
        await using var session = store.Documents.LightweightSession();
        session.CorrelationId = "request";
        session.CausationId = "click";
        session.LastModifiedBy = "seller:ann";
        session.SetHeader("cause", "manual");
        session.SetHeader("try", 2);
        var stream = await session.Events.FetchForWriting<Thing>("thing/1");
        stream.AppendMany(Made, new ThingPriced(19m));
        await session.SaveChangesAsync();

        var row = await store.Database.ScalarAsync<string>("""
            select concat_ws('|', s.type, s.version, e.type, e.mt_dotnet_type, e.data, e.headers, e.correlation_id, e.causation_id,
                e.user_name, e.tenant_id, e.is_archived, e.version, e.seq_id,
                e.timestamp = (select timestamp from shop.mt_events where version = 2))
            from shop.mt_streams s join shop.mt_events e on e.stream_id = s.id where e.version = 1
            """);
        Assert.Equal(
            "thing|2|thing_made|CritterStack.Portable.Tests.Store.ThingMade, CritterStack.Portable.Tests|"
            + """{"name": "lamp", "price": 20.50, "shade": "Dark"}|{"try": 2, "cause": "manual"}|request|click|"""
            + "seller:ann|*DEFAULT*|f|1|1|t",
            row);
        Assert.Equal([1L, 2L], stream.Events.Select(e => e.Sequence));
        Assert.Equal(2, stream.CurrentVersion);
    }

    [Fact]
    public async Task Is_read_back_as_it_was_written()
    {
        await using var store = await ShopStore.StartAsync();
        await using var session = store.Documents.LightweightSession();
        session.LastModifiedBy = "ann";
        session.SetHeader("text", "a");
        session.SetHeader("whole", 2L);
        session.SetHeader("yes", true);
        var written = session.Events.StartStream<Thing>("thing/1", Made, new ThingPriced(19m)).Events;
        await session.SaveChangesAsync();

        var read = await session.Events.FetchStreamAsync("thing/1");

        Assert.Equal(string.Join('\n', written.Select(Facts)), string.Join('\n', read.Select(Facts)));
        Assert.Equal(Made, Assert.IsAssignableFrom<IEvent<ThingMade>>(read[0]).Data);

        static string Facts(IEvent e) => JsonSerializer.Serialize(new
        {
            e.Id, e.Version, e.Sequence, e.StreamKey, e.Timestamp, e.EventTypeName, e.DotNetTypeName, e.UserName,
            Headers = string.Join(",", e.Headers!.OrderBy(h => h.Key).Select(h => $"{h.Key}={h.Value}:{h.Value.GetType()}")),
        });
    }

    [Fact]
    public async Task Takes_one_round_trip_when_the_aggregate_is_known()
    {
        await using var store = await ShopStore.StartAsync(o =>
        {
            o.Events.CacheAggregatesForWriting<Thing>(sizeLimit: 10);
            o.Projections.Add(new ThingRows(), ProjectionLifecycle.Inline);
        });
        await store.Database.ExecuteAsync("create table thing_row (key text primary key, version bigint, stored timestamptz)");
        await WriteAsync(store, "thing/1", Made);

        var commands = await CommandsOfAsync(store.Database.Name, () => WriteAsync(store, "thing/1", new ThingPriced(18m)));

        Assert.Single(commands);
        Assert.Equal(2L, await store.Database.ScalarAsync<long>("select version from thing_row"));
        Assert.True(await store.Database.ScalarAsync<bool>(
            "select r.stored = e.timestamp from thing_row r join shop.mt_events e on e.version = r.version"));
    }

    [Fact]
    public async Task Takes_no_round_trip_when_there_is_nothing_to_save()
    {
        await using var store = await ShopStore.StartAsync();
        await using var session = store.Documents.LightweightSession();
        await session.Events.FetchForWriting<Thing>("thing/1");

        Assert.Empty(await CommandsOfAsync(store.Database.Name, () => session.SaveChangesAsync()));
    }

    [Fact]
    public async Task To_store_nothing_upon_a_remembered_state_is_refused_when_another_process_changed_it()
    {
        await using var store = await ShopStore.StartAsync(o => o.Events.CacheAggregatesForWriting<Thing>(sizeLimit: 10));
        using var other = await ShopStore.StartHostAsync(store.Database.ConnectionString);
        await WriteAsync(store, "thing/1", Made);
        await using (var elsewhere = ((IDocumentStore)other.Services.GetService(typeof(IDocumentStore))!).LightweightSession())
        {
            elsewhere.Events.Append("thing/1", new ThingPriced(1m));
            await elsewhere.SaveChangesAsync();
        }

        await using var session = store.Documents.LightweightSession();
        var stale = await session.Events.FetchForWriting<Thing>("thing/1");
        Assert.Equal(20.50m, stale.Aggregate!.Price);
        await Assert.ThrowsAnyAsync<ConcurrencyException>(() => session.SaveChangesAsync());

        await using var again = store.Documents.LightweightSession();
        var fresh = await again.Events.FetchForWriting<Thing>("thing/1");
        Assert.Equal(1m, fresh.Aggregate!.Price);
        Assert.Equal(2, fresh.StartingVersion);
        await other.StopAsync();
    }

    [Fact]
    public async Task Streams_without_expected_version_get_their_versions_before_inline_projections_see_them()
    {
        await using var store = await ShopStore.StartAsync(o => o.Projections.Add(new ThingRows(), ProjectionLifecycle.Inline));
        await store.Database.ExecuteAsync("create table thing_row (key text primary key, version bigint, stored timestamptz)");

        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            await using var session = store.Documents.LightweightSession();
            session.Events.Append("thing/b", new ThingPriced(i));
            session.Events.Append("thing/a", new ThingPriced(i));
            await session.SaveChangesAsync();
        }));

        Assert.Equal(24L, await store.Database.ScalarAsync<long>("select sum(version)::bigint from thing_row"));
        Assert.Equal(24L, await store.Database.ScalarAsync<long>("select sum(version)::bigint from shop.mt_streams"));
        Assert.Equal(24L, await store.Database.ScalarAsync<long>("select count(*) from shop.mt_events"));
    }

    [Fact]
    public async Task Losers_of_a_race_burn_no_sequence_numbers()
    {
        await using var store = await ShopStore.StartAsync();
        await WriteAsync(store, "thing/1", Made);
        var sessions = new List<IDocumentSession>();
        for (var i = 0; i < 8; i++)
        {
            var session = store.Documents.LightweightSession();
            (await session.Events.FetchForWriting<Thing>("thing/1")).AppendMany(new ThingPriced(i), new ThingPriced(i + 1));
            sessions.Add(session);
        }

        var outcomes = await Task.WhenAll(sessions.Select(async session => await Record.ExceptionAsync(() => session.SaveChangesAsync())));

        Assert.Single(outcomes, outcome => outcome is null);
        Assert.All(outcomes, outcome => Assert.True(outcome is null or EventStreamUnexpectedMaxEventIdException, outcome?.ToString()));
        Assert.Contains(outcomes, outcome => outcome?.Message.Contains("expected 1 but was 3", StringComparison.Ordinal) == true);
        Assert.Equal(3L, await store.Database.ScalarAsync<long>("select last_value from shop.mt_events_sequence"));
    }

    [Fact]
    public async Task A_stream_started_twice_is_a_collision()
    {
        await using var store = await ShopStore.StartAsync();
        await WriteAsync(store, "thing/1", Made);
        await using var session = store.Documents.LightweightSession();
        session.Events.StartStream<Thing>("thing/1", Made);

        await Assert.ThrowsAsync<ExistingStreamIdCollisionException>(() => session.SaveChangesAsync());

        Assert.Equal(1L, await store.Database.ScalarAsync<long>("select count(*) from shop.mt_events"));
    }

    [Fact]
    public async Task A_failing_statement_stores_nothing_at_all()
    {
        await using var store = await ShopStore.StartAsync();
        await using var session = store.Documents.LightweightSession();
        session.Events.StartStream<Thing>("thing/1", Made);
        session.QueueSqlCommand("select 1 / ?", 0);

        var failure = await Assert.ThrowsAsync<MartenCommandException>(() => session.SaveChangesAsync());

        Assert.Equal(PostgresErrorCodes.DivisionByZero, Assert.IsType<PostgresException>(failure.InnerException).SqlState);
        Assert.Equal(0L, await store.Database.ScalarAsync<long>("select count(*) from shop.mt_streams"));
    }

    [Fact]
    public async Task Statements_take_arrays_with_nulls()
    {
        await using var store = await ShopStore.StartAsync();
        await store.Database.ExecuteAsync("create table bag (t text, n numeric, l bigint, i int, b bool, s timestamptz, g uuid)");
        await using var session = store.Documents.LightweightSession();
        session.QueueSqlCommand(
            "insert into bag select * from unnest(?::text[], ?::numeric[], ?::bigint[], ?::int[], ?::bool[], ?::timestamptz[], ?::uuid[])",
            new[] { "a", null }, new decimal?[] { 1.5m, null }, new long?[] { 1, null }, new int?[] { 1, null }, new bool?[] { true, null },
            new DateTimeOffset?[] { DateTimeOffset.UnixEpoch, null }, new Guid?[] { Guid.Empty, null });
        session.QueueSqlCommand("insert into bag (t, i) values (?, ?)", null!, 7);
        await session.SaveChangesAsync();

        Assert.Equal(["a", null, null], await session.QueryAsync<string?>("select t from bag order by t nulls last"));
        Assert.Equal([7], await session.QueryAsync<int>("select i from bag where t is null and i = ?", CancellationToken.None, 7));
        Assert.Equal([DateTimeOffset.UnixEpoch], await session.QueryAsync<DateTimeOffset>("select s from bag where s is not null"));
    }

    [Fact]
    public async Task A_cancelled_session_stores_nothing()
    {
        await using var store = await ShopStore.StartAsync();
        await using var session = store.Documents.LightweightSession();
        session.Events.StartStream<Thing>("thing/1", Made);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.SaveChangesAsync(new CancellationToken(canceled: true)));

        Assert.Equal(0L, await store.Database.ScalarAsync<long>("select count(*) from shop.mt_streams"));
    }

    [Fact]
    public async Task Parts_of_a_stream_can_be_folded()
    {
        await using var store = await ShopStore.StartAsync();
        await WriteAsync(store, "thing/1", Made);
        await WriteAsync(store, "thing/1", new ThingPriced(1m), new ThingPriced(2m));
        await using var session = store.Documents.QuerySession();

        Assert.Equal(new Thing("lamp", 1m) { Id = "thing/1" }, await session.Events.AggregateStreamAsync<Thing>("thing/1", version: 2));
        var first = (await session.Events.FetchStreamAsync("thing/1", version: 1)).Single();
        Assert.Equal(20.50m, (await session.Events.AggregateStreamAsync<Thing>("thing/1", timestamp: first.Timestamp))!.Price);
        Assert.Equal([2L, 3L], (await session.Events.FetchStreamAsync("thing/1", fromVersion: 2)).Select(e => e.Version));
        Assert.Null(await session.Events.AggregateStreamAsync<Thing>("thing/2"));
    }

    [Fact]
    public async Task An_event_of_unknown_name_stops_the_reader()
    {
        await using var store = await ShopStore.StartAsync();
        await WriteAsync(store, "thing/1", Made);
        await store.Database.ExecuteAsync("update shop.mt_events set type = 'thing_lost', mt_dotnet_type = 'No.Such, Assembly'");
        await using var session = store.Documents.QuerySession();

        var failure = await Assert.ThrowsAsync<UnknownEventTypeException>(() => session.Events.FetchStreamAsync("thing/1"));

        Assert.Contains("thing_lost", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_processes_are_told_of_it()
    {
        await using var store = await ShopStore.StartAsync();
        await using var listener = await store.Database.OpenAsync();
        await using (var listen = new NpgsqlCommand("listen mt_events_shop", listener))
        {
            await listen.ExecuteNonQueryAsync();
        }

        await WriteAsync(store, "thing/1", Made);

        Assert.True(await listener.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static async Task WriteAsync(ShopStore store, string key, params object[] events)
    {
        await using var session = store.Documents.LightweightSession();
        (await session.Events.FetchForWriting<Thing>(key)).AppendMany(events);
        await session.SaveChangesAsync();
    }

    /// <summary>What Npgsql sends to the database meanwhile, without hints to other processes.</summary>
    private static async Task<List<string>> CommandsOfAsync(string database, Func<Task> act)
    {
        var commands = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.ToDictionary(t => t.Key, t => t.Value as string);
                var text = tags.GetValueOrDefault("db.query.text") ?? tags.GetValueOrDefault("db.statement") ?? activity.DisplayName;
                var name = tags.GetValueOrDefault("db.namespace") ?? tags.GetValueOrDefault("db.name") ?? database;
                // The pool may open a connection for the notifier meanwhile; that is nobody's round trip.
                var own = !text.Contains("pg_notify", StringComparison.Ordinal) && !text.StartsWith("CONNECT", StringComparison.Ordinal);
                if (own && name.Contains(database, StringComparison.Ordinal))
                {
                    lock (commands)
                    {
                        commands.Add(text);
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await act();
        return commands;
    }
}
