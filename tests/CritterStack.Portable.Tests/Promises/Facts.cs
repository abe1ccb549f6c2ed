using CritterStack.Portable.Tests.Promises.Support;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace CritterStack.Portable.Tests.Promises;

/// <summary>What is stored with an event, and how it is spelled: the storage format.</summary>
public sealed class Facts
{
    [Theory]
    [InlineData("")]
    [InlineData("America/New_York")]
    public async Task Who_why_and_when_are_stored_with_every_event_and_read_back(string timeZone)
    {
        await using var db = await SuiteDatabase.CreateAsync();
        var connection = db.ConnectionString + (timeZone.Length > 0 ? $";Timezone={timeZone}" : "");
        var seen = new Seen();
        await using var host = await StoreHost.StartAsync(connection, "app", DaemonMode.Solo, cacheLimit: 100, more: options =>
            options.Projections.Add(seen, ProjectionLifecycle.Async));
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        IReadOnlyList<IEvent> written;
        await using (var session = host.Store.LightweightSession())
        {
            session.LastModifiedBy = "clerk";
            session.CorrelationId = "request 7";
            session.CausationId = "feed 12";
            session.SetHeader("cause", "correction");
            session.SetHeader("reference", "ticket \"9\" – ü");
            var stream = await session.Events.FetchForWriting<Account>(Account.Key(1));
            stream.AppendMany(new AccountOpened("Ü, 'o\"wner\\", AccountKind.Savings, 12.50m), new AmountAdded("first", 1, 1, 3));
            await session.SaveChangesAsync();
            written = stream.Events;
        }

        var after = DateTimeOffset.UtcNow.AddSeconds(1);
        await using var reading = host.Store.QuerySession();
        var read = await reading.Events.FetchStreamAsync(Account.Key(1));
        await Eventually.True("the daemon has seen them", () => Task.FromResult(seen.Events.Count == 2));
        Assert.Equal(2, written.Count);
        AssertFacts(written, read, before, after);
        AssertFacts(written, seen.Events, before, after);
        Assert.Equal(new AccountOpened("Ü, 'o\"wner\\", AccountKind.Savings, 12.50m), read[0].Data);
        Assert.Equal(new AmountAdded("first", 1, 1, 3), Assert.IsAssignableFrom<IEvent<AmountAdded>>(read[1]).Data);

        var stored = await db.ListAsync(
            """
            select concat_ws('|', seq_id, version, id, type, user_name, correlation_id, causation_id, headers->>'cause',
                headers->>'reference', tenant_id, mt_dotnet_type, is_archived), timestamp
            from marketplace.mt_events where stream_id = 'account/1' order by version
            """,
            r => (Text: r.GetString(0), At: r.GetDateTime(1)));
        Assert.Equal(
            read.Select(e => string.Join('|', e.Sequence, e.Version, e.Id, e.EventTypeName, "clerk", "request 7", "feed 12", "correction",
                "ticket \"9\" – ü", "*DEFAULT*", $"{e.Data.GetType().FullName}, {e.Data.GetType().Assembly.GetName().Name}", "f")),
            stored.Select(s => s.Text));
        Assert.Equal(read.Select(e => e.Timestamp.UtcDateTime), stored.Select(s => s.At));
    }

    [Fact]
    public async Task Events_are_stored_under_their_mapped_names_in_camel_case_with_enums_by_name()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await using (var session = host.Store.LightweightSession())
        {
            session.Events.StartStream<Account>(
                Account.Key(1), new AccountOpened("owner", AccountKind.Savings, 12.50m), new AmountAdded("first", 1, 2, -3));
            await session.SaveChangesAsync();
        }

        Assert.Equal(
            [
                """account_opened {"kind": "Savings", "limit": 12.50, "owner": "owner"}""",
                """amount_added {"part": 1, "parts": 2, "amount": -3, "command": "first"}""",
            ],
            await db.ListAsync("select type, data::text from marketplace.mt_events order by version", r => $"{r[0]} {r[1]}"));
        Assert.Equal(
            ["account/1 account 2 *DEFAULT* False"],
            await db.ListAsync(
                "select id, type, version, tenant_id, is_archived from marketplace.mt_streams where id like 'account/%'",
                r => $"{r[0]} {r[1]} {r[2]} {r[3]} {r[4]}"));
    }

    [Fact]
    public async Task Without_who_and_why_their_columns_stay_empty()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await Commands.Add(host.Store, Account.Key(1), "first", [1]);
        await using var session = host.Store.QuerySession();
        var e = Assert.Single(await session.Events.FetchStreamAsync(Account.Key(1)));
        Assert.Null(e.CausationId);
        Assert.Equal("amount_added", e.EventTypeName);
        Assert.Equal("account/1", e.StreamKey);
    }

    [Fact]
    public async Task An_event_of_an_unknown_type_is_an_error_that_names_it_not_a_gap_in_the_stream()
    {
        await using var db = await SuiteDatabase.CreateAsync();
        await using var host = await StoreHost.StartAsync(db.ConnectionString, "app");
        await Commands.Add(host.Store, Account.Key(1), "first", [1]);
        await db.ExecuteAsync(
            """
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
            values (nextval('marketplace.mt_events_sequence'), gen_random_uuid(), 'account/1', 2, '{}', 'mystery_happened', now(),
                '*DEFAULT*', 'Nowhere.Mystery, Nowhere')
            """);
        await db.ExecuteAsync("update marketplace.mt_streams set version = 2 where id = 'account/1'");

        await using var session = host.Store.LightweightSession();
        foreach (var read in new Func<Task>[]
        {
            () => session.Events.FetchStreamAsync(Account.Key(1)),
            () => session.Events.AggregateStreamAsync<Account>(Account.Key(1)),
            () => session.Events.FetchForWriting<Account>(Account.Key(1)),
        })
        {
            var error = Assert.IsAssignableFrom<Exception>(await Record.ExceptionAsync(read));
            // By either of its names.
            Assert.Matches("mystery_happened|Nowhere\\.Mystery", error.ToString());
        }
    }

    private static void AssertFacts(
        IReadOnlyList<IEvent> written, IReadOnlyList<IEvent> read, DateTimeOffset before, DateTimeOffset after)
    {
        Assert.Equal([1, 2], read.Select(e => e.Version));
        Assert.Equal(written.Select(e => e.Sequence), read.Select(e => e.Sequence));
        Assert.Equal(written.Select(e => e.Version), read.Select(e => e.Version));
        Assert.Equal(written.Select(e => e.Id), read.Select(e => e.Id));
        Assert.Equal(["account_opened", "amount_added"], read.Select(e => e.EventTypeName));
        foreach (var (e, original) in read.Zip(written))
        {
            Assert.True(e.Sequence > 0);
            Assert.NotEqual(Guid.Empty, e.Id);
            Assert.Equal("account/1", e.StreamKey);
            Assert.Equal("clerk", e.UserName);
            Assert.Equal("request 7", e.CorrelationId);
            Assert.Equal("feed 12", e.CausationId);
            Assert.Equal("correction", e.Headers!["cause"].ToString());
            Assert.Equal("ticket \"9\" – ü", e.Headers["reference"].ToString());
            Assert.Equal(TimeSpan.Zero, e.Timestamp.Offset);
            Assert.InRange(e.Timestamp, before, after);
            // The database keeps microseconds.
            Assert.InRange((e.Timestamp - original.Timestamp).Duration(), TimeSpan.Zero, TimeSpan.FromMicroseconds(1));
            Assert.Equal(0, e.Timestamp.Ticks % TimeSpan.TicksPerMicrosecond);
        }
    }

    private sealed class Seen : IProjection
    {
        public List<IEvent> Events { get; } = [];

        public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
        {
            Events.AddRange(events);
            return Task.CompletedTask;
        }
    }
}
