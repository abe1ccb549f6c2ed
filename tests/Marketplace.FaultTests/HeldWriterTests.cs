using System.Diagnostics;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>A writer is held between drawing its number and its commit, while others commit: it is neither passed nor read early.</summary>
public sealed class HeldWriterTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    // Longer than the three seconds after which the daemon may take a missing number for lost when nobody can still store it.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(4.5);

    private const string Applied = """
        select count(*) from (select position from marketplace.offer_terms union all select position from marketplace.review_history) as applied
         where position >= $1
        """;

    private const string Passed = """
        select count(*) from marketplace.mt_event_progression where name in ('HighWaterMark', 'PriceHistory:All', 'ReviewHistory:All') and last_seq_id >= $1
        """;

    [Fact]
    public void The_daemon_asks_for_evidence_that_a_missing_number_is_lost()
    {
        var projections = ((Marten.DocumentStore)app.Store).Options.Projections;
        Assert.True(projections.UseTransactionEvidenceForGapSkipping);
        Assert.Null(projections.SkipStaleGapsDespiteLiveTransactionsAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task What_others_commit_meanwhile_waits_for_it(bool commits) => Seeded.RunAsync(async seed =>
    {
        var (product, seller, _) = await app.Api.OfferAsync(500m);
        var (_, _, beside) = await app.Api.OfferAsync();
        var history = $"/v1/sellers/{seller}/offers/sku-1/price-history";
        await app.CatchUpAsync();
        await using var held = await HeldWriter.BeginAsync(app.Database, seller, "sku-1");
        await held.DrawAsync();
        await held.InsertAsync(1_000);
        var clock = Stopwatch.StartNew();
        for (var quantity = 2; clock.Elapsed < Hold; quantity++)
        {
            Assert.True((await app.Api.PatchAsync(beside, new { quantity })).ShouldBe(200).Position > held.Position);
            Assert.Equal(0, await app.Database.ScalarAsync<long>(Applied, held.Position));
            Assert.Equal(0, await app.Database.ScalarAsync<long>(Passed, held.Position));
            // Reads answer at once and say that they are complete only up to it, the live ones and those behind the log.
            foreach (var url in new[] { $"/v1/products/{product}/lowest-prices", $"/v1/products/{product}", history, beside })
                Assert.Equal(held.Position - 1, (await app.Api.GetAsync(url)).ShouldBe(200).Position);
            await Task.Delay(100);
        }
        var last = (await app.Api.PatchAsync(beside, new { quantity = 1_000 })).ShouldBe(200).Position;
        var waiting = app.Api.GetAsync(history, ("Marketplace-Min-Position", $"{last}"));
        // A position that a write was answered with is taken, but not complete yet; one that nobody was given is not reached.
        var past = app.Api.GetAsync($"/v1/products/{product}/lowest-prices?atPosition={last}");
        (await app.Api.GetAsync($"/v1/products/{product}/lowest-prices?atPosition={last + 1_000}")).ShouldBeProblem(400);
        await Task.Delay(200);
        Assert.False(waiting.IsCompleted || past.IsCompleted);

        await (commits ? held.CommitAsync() : held.RollbackAsync());

        await app.CatchUpAsync();
        var points = (await waiting).Status == 200 ? await waiting : (await app.Api.Persistent.GetAsync(history)).ShouldBe(200);
        Assert.Equal(commits ? 2 : 1, points.Json["items"]!.AsArray().Count);
        var then = (await past).Status == 200 ? await past : (await app.Api.GetAsync($"/v1/products/{product}/lowest-prices?atPosition={last}")).ShouldBe(200);
        Assert.Equal(commits ? 10m : 500m, (decimal)then.Json["items"]![0]!["price"]!["amount"]!);
        await AuditAsync(seed, product);
    });

    [Fact]
    public Task A_transaction_that_has_drawn_nothing_yet_holds_nobody_up() => Seeded.RunAsync(async seed =>
    {
        var (product, seller, _) = await app.Api.OfferAsync(500m);
        var (_, _, beside) = await app.Api.OfferAsync();
        await using var held = await HeldWriter.BeginAsync(app.Database, seller, "sku-1");
        var last = (await app.Api.PatchAsync(beside, new { quantity = 9 })).ShouldBe(200).Position;
        (await app.Api.GetAsync($"{beside}/price-history", ("Marketplace-Min-Position", $"{last}"))).ShouldBe(200);

        await held.DrawAsync();
        await held.InsertAsync(1_000);
        await held.CommitAsync();

        Assert.True(held.Position > last);
        await AuditAsync(seed, product);
    });

    [Fact]
    public Task Many_held_and_let_go_in_any_order_leave_every_read_model_as_the_log() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        var product = await app.Api.NewProductAsync();
        var sellers = Enumerable.Range(0, 4).Select(_ => MarketplaceFixture.NewId("seller")).ToArray();
        foreach (var seller in sellers) (await app.Api.PutAsync(Given.Offer(seller), Given.Terms(product, 500m, listingType: "zShops"))).ShouldBe(201);
        var (_, _, beside) = await app.Api.OfferAsync();
        for (var round = 0; round < 8; round++)
        {
            var held = new List<HeldWriter>();
            foreach (var seller in sellers)
            {
                held.Add(await HeldWriter.BeginAsync(app.Database, seller, "sku-1"));
                if (random.Next(4) > 0) await held[^1].DrawAsync();
                (await app.Api.PatchAsync(beside, new { quantity = (10 * round) + held.Count })).ShouldBe(200);
            }
            foreach (var writer in held.OrderBy(_ => random.Next()).ToArray())
            {
                if (writer.Position == 0) await writer.DrawAsync();
                var commits = random.Next(3) > 0;
                if (commits || random.Next(2) == 0) await writer.InsertAsync(random.Next(1, 100_000));
                await Task.Delay(random.Next(30));
                await (commits ? writer.CommitAsync() : writer.RollbackAsync());
                await writer.DisposeAsync();
            }
        }
        await AuditAsync(seed, product);
        // And the program, which remembers versions, goes on with streams that another program wrote.
        foreach (var seller in sellers) (await app.Api.PatchAsync(Given.Offer(seller), new { quantity = 77 })).ShouldBe(200);
        await AuditAsync(seed, product);
    });

    private async Task AuditAsync(int seed, string product)
    {
        await app.CatchUpAsync();
        using var client = app.NewClient();
        var audit = new LogAudit(app.Database.ConnectionString, seed);
        await audit.StreamsAsync();
        await audit.ReadModelsAsync(client, product);
    }
}
