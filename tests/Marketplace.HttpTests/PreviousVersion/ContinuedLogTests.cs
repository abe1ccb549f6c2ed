using Marketplace.HttpTests.Feeds;
using Marketplace.HttpTests.Support;
using Marten.Events;

namespace Marketplace.HttpTests.PreviousVersion;

/// <summary>Writes go on where the previous version's log ends.</summary>
public sealed class ContinuedLogTests(PreviousDatabase previous) : IClassFixture<PreviousDatabase>
{
    private const string ProductId = "0486821951";
    private readonly Api _api = previous.Api;

    [Fact]
    public async Task Every_kind_of_write_follows_the_last_event_and_reaches_every_read_model()
    {
        (await _api.PatchAsync("/v1/sellers/powells/offers/s-2", new { price = Usd(12.25m) })).ShouldBe(200);
        (await _api.PutAsync("/v1/sellers/riverside/offers/s-13",
            new { productId = ProductId, listingType = "used", condition = "good", price = Usd(9m), quantity = 1 })).ShouldBe(201);
        (await _api.PostAsync($"/v1/products/{ProductId}/reviews",
            new { reviewerId = "cyd", rating = 3, title = "Fair", body = "Once was enough." })).ShouldBe(201);
        await new Shelf(_api, "riverside").ApplyAsync(Shelf.Reprice("s-13", 8.5m), Shelf.Reprice("s-1", 8.75m));
        await previous.Host.WaitForNonStaleProjectionDataAsync(MarketplaceFixture.Patience);

        var lowest = (await _api.GetAsync($"/v1/products/{ProductId}/lowest-prices")).ShouldBe(200).Json["items"]![0]!;
        Assert.Equal(("riverside", "s-13", 8.5m, 11),
            ((string?)lowest["sellerId"], (string?)lowest["sku"], (decimal)lowest["price"]!["amount"]!, (int)lowest["offerCount"]!));
        Assert.Equal(2, (int)(await _api.GetAsync($"/v1/products/{ProductId}/reviews/summary")).ShouldBe(200).Json["count"]!);
        var steps = (await _api.GetAsync($"/v1/products/{ProductId}/price-history?listingType=used")).ShouldBe(200).Json["items"]!.AsArray();
        Assert.Equal([22m, 15.5m, 15.25m, 9m, 8.5m], steps.Select(step => (decimal)step!["landedPrice"]!["amount"]!));
        Assert.Equal(5, await CountAsync($"mt_events where seq_id > {PreviousDatabase.LastPosition} and type <> 'tombstone'"));
        Assert.Equal(0, await CountAsync("""
            mt_streams s
             where version <> (select count(*) from marketplace.mt_events e where e.stream_id = s.id)
                or version <> (select max(e.version) from marketplace.mt_events e where e.stream_id = s.id)
            """));
    }

    private Task<long> CountAsync(string rows) => previous.Database.ScalarAsync<long>($"select count(*) from marketplace.{rows}");

    private static object Usd(decimal amount) => new { amount, currency = "USD" };
}
