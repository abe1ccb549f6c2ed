using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace CritterStack.Portable.Tests.Daemon;

/// <summary>Projections that ask what they have written so far.</summary>
public sealed class QueryingProjectionTests
{
    [Fact]
    public async Task Queries_see_the_batch_before_in_the_live_rows_and_in_rebuilt_ones()
    {
        await using var tally = await TallyDatabase.CreateAsync();
        await tally.Database.ExecuteAsync("create table tally.place(place bigint primary key, sequence bigint not null)");
        var host = await tally.StartAsync(
            store => store.Projections.Add(new Places(), ProjectionLifecycle.Async, null, o =>
            {
                o.BatchSize = 7;
                o.DeleteDataInTableOnTeardown("tally.place");
            }),
            DaemonMode.HotCold);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => TallyDatabase.WriteAsync(host, $"stream {n}", 100)));
        await TallyDatabase.EventuallyAsync(async () => await tally.ProgressAsync("Places:All") == 400, "the projection has caught up");
        const string Check =
            """
            select count(*) filter (where place = row_number)
              from (select place, row_number() over (order by sequence) from tally.place) p
            """;
        Assert.Equal(400, await tally.Database.ScalarAsync<long>(Check));

        await tally.Database.ExecuteAsync("update tally.place set place = place + 1000");
        using var daemon = await TallyDatabase.Store(host).BuildProjectionDaemonAsync();
        await daemon.RebuildProjectionAsync("Places", CancellationToken.None);
        Assert.Equal(400, await tally.Database.ScalarAsync<long>(Check));
    }

    /// <summary>Numbers the events by what its table holds; names the table once with its schema and once without.</summary>
    private sealed class Places : IProjection
    {
        public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
        {
            var last = (await operations.QueryAsync<long>("select coalesce(max(place), ?) from tally.place", cancellation, 0L)).Single();
            operations.QueueSqlCommand(
                "insert into place select * from unnest(?::bigint[], ?::bigint[])",
                events.Select((_, index) => last + index + 1).ToArray(),
                events.Select(e => e.Sequence).ToArray());
        }
    }
}
