using System.Collections.Concurrent;
using System.Globalization;
using Alba;
using Marketplace.HttpTests.Support;
using Marketplace.Storage;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.Pricing;

/// <summary>
/// Lowest prices are answered from memory, and nobody can tell: a price is live when the answer to the write arrives, on every instance, in
/// whatever order commits become visible.
/// </summary>
public sealed class LivePricesTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private const int Rounds = 120;

    [Fact]
    public async Task A_price_that_was_acknowledged_is_in_every_answer_to_who_asks_after_it_on_either_instance()
    {
        await using var other = await MarketplaceFixture.StartAsync(app.Database.ConnectionString);
        var instances = new[] { app.Api, new Api(other) };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => RaceAsync(instances, writer)));
    }

    [Fact]
    public async Task It_is_so_while_the_current_offers_are_rebuilt()
    {
        using var stop = new CancellationTokenSource();
        var rebuilding = Task.Run(async () =>
        {
            var rebuilt = 0;
            for (; !stop.IsCancellationRequested; rebuilt++) await app.RebuildAsync("CurrentOffers");
            return rebuilt;
        });
        await RaceAsync([app.Api], 0);
        await stop.CancelAsync();
        Assert.True(await rebuilding > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_keeps_nothing_is_not_told_whose_events_they_are_but_that_there_were_some(bool isEmpty)
    {
        var shop = await Shop.OpenAsync(app);
        var follower = new Follower { IsEmpty = isEmpty };
        var positions = new Positions(app.Db, TimeProvider.System, [follower]);
        await positions.CompleteAsync(CancellationToken.None);
        follower.Told.Clear();
        await shop.PutAsync("followed", 1m);

        await positions.CompleteAsync(CancellationToken.None);
        await positions.CompleteAsync(CancellationToken.None);

        Assert.Equal([isEmpty ? "anything" : shop.ProductId], follower.Told);
    }

    private sealed class Follower : IFollowsLog
    {
        public bool IsEmpty { get; init; }
        public List<string> Told { get; } = [];
        public void OfferOf(string productId) => Told.Add(productId);
        public void Anything() => Told.Add("anything");
    }

    // One seller reprices upwards on either instance by turns; whoever reads knows the least that must be seen.
    private async Task RaceAsync(Api[] instances, int writer)
    {
        var shop = await Shop.OpenAsync(app);
        var url = $"/v1/products/{shop.ProductId}/lowest-prices";
        var positions = new ConcurrentDictionary<int, long>();
        positions[0] = (await shop.PutAsync("racer", 1m)).ShouldBe(201).Position;
        var acknowledged = 0;
        var seen = new ConcurrentBag<(int Price, long Position)>();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            while (Volatile.Read(ref acknowledged) < Rounds)
            {
                var least = Volatile.Read(ref acknowledged);
                var answer = (await instances[(reader + writer) % instances.Length].GetAsync(url)).ShouldBe(200);
                var price = (int)((decimal)answer.Json["items"]![0]!["price"]!["amount"]! * 100) - 100;
                Assert.True(price >= least, $"Price {least} was acknowledged before the read, which answered with {price}.");
                seen.Add((price, answer.Position));
            }
        })).ToArray();
        for (var round = 1; round <= Rounds; round++)
        {
            var repriced = await instances[round % instances.Length].PatchAsync($"/v1/sellers/racer/offers/{shop.ProductId}",
                new { price = new { amount = 1m + (round / 100m), currency = "USD" } });
            positions[round] = repriced.ShouldBe(200).Position;
            Volatile.Write(ref acknowledged, round);
        }
        await Task.WhenAll(readers);
        Assert.All(seen, one => Assert.True(one.Price == Rounds || positions[one.Price + 1] > one.Position,
            $"The answer with price {one.Price} says it is complete through {one.Position}, where price {one.Price + 1} was recorded."));
    }

    [Fact]
    public async Task An_event_that_is_committed_behind_later_ones_is_seen_by_the_next_who_asks()
    {
        var (late, early) = (await Shop.OpenAsync(app), await Shop.OpenAsync(app));
        await late.PutAsync("a", 10m);
        await early.PutAsync("a", 10m);
        await late.LowestAsync();

        await using var connection = new NpgsqlConnection(app.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var position = await DrawAsync(connection);
        await early.RepriceAsync("a", 11m);

        // The later one is answered at once, as complete only up to the one before the first.
        var answer = await app.Api.GetAsync($"/v1/products/{early.ProductId}/lowest-prices");
        Assert.Equal("zShops 11.00 USD a of 1", Shop.Words(answer.ShouldBe(200).Json));
        Assert.Equal(position - 1, answer.Position);
        Assert.Equal("zShops 10.00 USD a of 1", await late.LowestAsync());
        Assert.Equal("zShops 10.00 USD a of 1", await late.LowestAsync());

        await RepriceAsync(connection, position, late.ProductId, 12m);
        Assert.Equal("zShops 10.00 USD a of 1", await late.LowestAsync());
        await transaction.CommitAsync();
        Assert.Equal("zShops 12.00 USD a of 1", await late.LowestAsync());
        Assert.True((await app.Api.GetAsync($"/v1/products/{late.ProductId}/lowest-prices")).Position > position);
    }

    [Fact]
    public async Task A_number_that_never_comes_holds_positions_up_only_until_its_transaction_is_over()
    {
        var shop = await Shop.OpenAsync(app);
        long position;
        await using (var connection = new NpgsqlConnection(app.Database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            position = await DrawAsync(connection);
            await shop.PutAsync("a", 10m);
            for (var i = 0; i < 5; i++) Assert.Equal(position - 1, (await app.Api.GetAsync($"/v1/products/{shop.ProductId}/lowest-prices")).Position);
        }
        (await app.Api.GetAsync($"/v1/products/{shop.ProductId}/lowest-prices",
            ("Marketplace-Min-Position", (position + 1).ToString(CultureInfo.InvariantCulture)))).ShouldBe(200);
    }

    [Fact]
    public async Task A_reader_who_leaves_while_the_database_keeps_everybody_waiting_takes_nothing_from_the_others()
    {
        var shop = await Shop.OpenAsync(app);
        await shop.PutAsync("a", 10m);
        var url = $"/v1/products/{shop.ProductId}/lowest-prices";
        using var client = app.NewClient();
        await using var connection = new NpgsqlConnection(app.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var keepOut = new NpgsqlCommand("lock table marketplace.mt_events in access exclusive mode", connection)) await keepOut.ExecuteNonQueryAsync();

        using var gone = new CancellationTokenSource();
        var leaves = Enumerable.Range(0, 3).Select(_ => client.GetAsync(url, gone.Token)).ToArray();
        var stays = Enumerable.Range(0, 3).Select(_ => client.GetStringAsync(url)).ToArray();
        await Task.Delay(200);
        await gone.CancelAsync();
        foreach (var one in leaves) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.DoesNotContain(stays, one => one.IsCompleted);
        await transaction.RollbackAsync();

        foreach (var body in await Task.WhenAll(stays)) Assert.Contains("10.00", body);
    }

    [Fact]
    public async Task A_database_that_is_lost_is_503_and_the_prices_are_right_when_it_is_back()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.With(applicationName: "live-prices"));
        var api = new Api(host);
        var product = await api.NewProductAsync();
        var (offer, url) = ($"/v1/sellers/a/offers/{product}", $"/v1/products/{product}/lowest-prices");
        (await api.PutAsync(offer, new { productId = product, listingType = "zShops", condition = "new", price = new { amount = 1, currency = "USD" }, quantity = 1 })).ShouldBe(201);
        for (var blow = 2; blow < 8; blow++)
        {
            (await api.GetAsync(url)).ShouldBeOneOf(200, 503);
            await PostgresBackends.TerminateAsync(database.ConnectionString, "live-prices");
            foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.GetAsync(url)))) answer.ShouldBeOneOf(200, 503);
            while ((await api.PatchAsync(offer, new { price = new { amount = blow, currency = "USD" } })).ShouldBeOneOf(200, 503).Status != 200) { }
            Answered read;
            while ((read = await api.GetAsync(url)).ShouldBeOneOf(200, 503).Status != 200) { }
            Assert.Equal($"zShops {blow}.00 USD a of 1", Shop.Words(read.Json));
        }
    }

    [Fact]
    public async Task What_is_answered_from_memory_is_what_the_database_says()
    {
        var shops = new[] { await Shop.OpenAsync(app), await Shop.OpenAsync(app), await Shop.OpenAsync(app) };
        var random = new Random(20260302);
        for (var i = 0; i < 120; i++)
        {
            var (shop, seller) = (shops[random.Next(3)], $"s{random.Next(4)}");
            _ = random.Next(6) switch
            {
                0 => await shop.DoAsync(seller, "pause"),
                1 => await shop.DoAsync(seller, "resume"),
                2 => await shop.WithdrawAsync(seller),
                3 => await shop.RestockAsync(seller, random.Next(2)),
                // One sku for all shops: reposted after a withdrawal, an offer moves from product to product.
                4 => await shop.PutAsync(seller, random.Next(1, 9), random.Next(2), sku: "wanderer", type: "used", condition: "good"),
                _ => await shop.PutAsync(seller, random.Next(1, 9), random.Next(2)),
            };
            if (random.Next(4) == 0) await app.Api.DeleteAsync($"/v1/sellers/{seller}/offers/wanderer");
            var all = (await app.Api.PostAsync("/v1/lowest-prices/query", new { productIds = shops.Select(one => one.ProductId) })).ShouldBe(200);
            foreach (var one in shops)
            {
                var lowest = (await app.Api.GetAsync($"/v1/products/{one.ProductId}/lowest-prices")).ShouldBe(200);
                var page = (await app.Api.GetAsync($"/v1/products/{one.ProductId}")).ShouldBe(200);
                Assert.Equal(page.Json["lowestPrices"]!.ToJsonString(), lowest.Json["items"]!.ToJsonString());
                Assert.Equal(lowest.Json["items"]!.ToJsonString(),
                    all.Json["items"]!.AsArray().Single(item => (string?)item!["productId"] == one.ProductId)!["items"]!.ToJsonString());
            }
        }
    }

    private static async Task<long> DrawAsync(NpgsqlConnection connection)
    {
        await using var draw = new NpgsqlCommand("select nextval('marketplace.mt_events_sequence')", connection);
        return (long)(await draw.ExecuteScalarAsync())!;
    }

    // What another instance would write, by hand: it can be stopped between drawing the number and the commit.
    private static async Task RepriceAsync(NpgsqlConnection connection, long position, string productId, decimal price)
    {
        await using var write = new NpgsqlCommand("""
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
                select $1, gen_random_uuid(), 'offer/a/' || $2, 2, jsonb_build_object('productId', $2, 'sellerId', 'a', 'sku', $2,
                    'oldPrice', p.price, 'newPrice', jsonb_build_object('amount', $3::numeric, 'currency', 'USD'), 'oldShipping', p.shipping, 'newShipping', p.shipping),
                    'offer_repriced', now(), '*DEFAULT*', e.mt_dotnet_type
                  from marketplace.mt_events as e, jsonb_to_record(e.data -> 'terms') as p (price jsonb, shipping jsonb)
                 where e.stream_id = 'offer/a/' || $2 and e.version = 1
            """, connection);
        write.Parameters.AddWithValue(position);
        write.Parameters.AddWithValue(productId);
        write.Parameters.AddWithValue(price);
        Assert.Equal(1, await write.ExecuteNonQueryAsync());
        await using var row = new NpgsqlCommand(
            "update marketplace.current_offer set price = $2, version = 2 where seller_id = 'a' and sku = $1", connection);
        row.Parameters.AddWithValue(productId);
        row.Parameters.AddWithValue(price);
        Assert.Equal(1, await row.ExecuteNonQueryAsync());
    }
}
