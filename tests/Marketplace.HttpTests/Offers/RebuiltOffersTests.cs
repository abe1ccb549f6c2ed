using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class RebuiltOffersTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private Api Api => app.Api;

    [Fact]
    public async Task Rebuilt_rows_equal_the_live_ones()
    {
        var products = new[] { await Api.NewProductAsync(), await Api.NewProductAsync("Another"), await Api.NewProductAsync("A third") };
        await Api.PutAsync($"/v1/products/{products[0]}", new { title = "Renamed", author = "Somebody" });
        var random = new Random(20260218);
        for (var i = 0; i < 150; i++)
        {
            var url = Given.Offer($"s{random.Next(5)}", $"k{random.Next(4)}");
            var answer = random.Next(8) switch
            {
                0 => await Api.PostAsync(url + "/pause"),
                1 => await Api.PostAsync(url + "/resume"),
                2 => await Api.DeleteAsync(url),
                3 or 4 => await Api.PatchAsync(url, new { quantity = random.Next(3), price = new { amount = random.Next(1, 9), currency = "USD" } }),
                _ => await Api.PutAsync(url, Given.Terms(products[random.Next(3)], random.Next(1, 9), random.Next(3), random.Next(3),
                    random.Next(2) == 0 ? "used" : "zShops", random.Next(2) == 0 ? "good" : "acceptable")),
            };
            Assert.True(answer.Status is 200 or 201 or 204 or 404 or 409, answer.Body);
        }
        await Api.PutAsync(Given.Offer("s-past", "k"), Given.Terms(products[0], 3m), ("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", "2020-01-01T00:00:00.123456Z"));
        var tables = new[] { "product", "current_offer" };
        var before = new List<IReadOnlyList<string>>();
        foreach (var table in tables) before.Add(await app.RowsAsync(table));
        var counts = await CountsAsync();
        Assert.NotEmpty(counts);

        await app.RebuildAsync("CurrentOffers");
        await app.RebuildAsync("Products");

        for (var i = 0; i < tables.Length; i++) Assert.Equal(before[i], await app.RowsAsync(tables[i]));
        Assert.Equal(counts, await CountsAsync());
        (await Api.PatchAsync(Given.Offer("s-past", "k"), new { quantity = 0 })).ShouldBe(200);
        Assert.NotEqual(counts, await CountsAsync());
    }

    [Fact]
    public async Task Counts_are_those_of_the_rows()
    {
        for (var i = 0; i < 3; i++) await Api.OfferAsync();
        var url = (await Api.OfferAsync()).Url;
        await Api.PostAsync(url + "/pause");

        Assert.Equal(0, await app.Database.ScalarAsync<long>("""
            select count(*) from (
                select product_id, listing_type, currency, sum(active) as active from marketplace.offer_count group by 1, 2, 3) as counted
              full join (
                select product_id, listing_type, currency, count(*) as active from marketplace.current_offer where status = 'active' group by 1, 2, 3) as rows
                using (product_id, listing_type, currency)
             where coalesce(counted.active, 0) <> coalesce(rows.active, 0)
            """));
    }

    // The sums: which shard counted an offer is nobody's business.
    private async Task<IReadOnlyList<string>> CountsAsync()
    {
        await using var command = app.Db.CreateCommand(
            "select concat_ws(' ', product_id, listing_type, currency, sum(active)) from offer_count group by product_id, listing_type, currency having sum(active) <> 0 order by 1");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }
}
