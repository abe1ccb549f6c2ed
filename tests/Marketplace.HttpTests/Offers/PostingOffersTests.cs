using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class PostingOffersTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private Api Api => app.Api;

    [Fact]
    public async Task Posting_answers_201_with_the_offer_its_place_its_tag_and_its_position()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));

        var posted = (await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m, 3.5m, 2, conditionNote: "A stain."))).ShouldBe(201);

        Assert.Equal((Given.Offer(seller), "\"1\""), (posted.Headers["Location"], posted.ETag));
        Assert.Equal(
            [seller, "sku-1", product, "used", "good", "A stain.", "active"],
            new[] { "sellerId", "sku", "productId", "listingType", "condition", "conditionNote", "status" }.Select(name => (string?)posted.Json[name]));
        Assert.Contains("\"price\":{\"amount\":20.00,\"currency\":\"USD\"}", posted.Body);
        Assert.Contains("\"shipping\":{\"amount\":3.50,\"currency\":\"USD\"}", posted.Body);
        Assert.Contains("\"landedPrice\":{\"amount\":23.50,\"currency\":\"USD\"}", posted.Body);
        Assert.Equal((2, 1), ((int)posted.Json["quantity"]!, (int)posted.Json["version"]!));
        var read = (await Api.GetAsync(Given.Offer(seller))).ShouldBe(200);
        Assert.Equal((posted.Body, posted.ETag), (read.Body, read.ETag));
        Assert.True(read.Position >= posted.Position);
    }

    [Fact]
    public async Task Posting_twice_makes_one_offer_and_records_nothing_the_second_time()
    {
        var (product, seller, url) = await Api.OfferAsync();

        var again = (await Api.PutAsync(url, Given.Terms(product, 20m))).ShouldBe(200);

        Assert.Equal("\"1\"", again.ETag);
        Assert.False(again.Headers.ContainsKey("Location"));
        Assert.Equal(1, await app.EventsAsync($"offer/{seller}/sku-1"));
        Assert.Equal(again.Position, (await Api.PutAsync(url, Given.Terms(product, 20m, 0m))).ShouldBe(200).Position);
    }

    [Fact]
    public async Task A_put_brings_an_offer_to_its_terms_and_what_it_leaves_out_has_its_default()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));
        await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m, 3.5m, conditionNote: "A stain."));

        var brought = (await Api.PutAsync(Given.Offer(seller), new
        {
            productId = product, listingType = "used", condition = "acceptable", price = new { amount = 18, currency = "USD" }, quantity = 0,
        })).ShouldBe(200);

        Assert.Contains("\"shipping\":{\"amount\":0.00,\"currency\":\"USD\"}", brought.Body);
        Assert.Equal(("acceptable", "sold_out"), ((string?)brought.Json["condition"], (string?)brought.Json["status"]));
        Assert.Null((string?)brought.Json["conditionNote"]);
        Assert.Equal("\"4\"", brought.ETag);
    }

    [Fact]
    public async Task An_unknown_product_is_404()
    {
        var offer = Given.Offer(MarketplaceFixture.NewId("seller"));
        (await Api.PutAsync(offer, Given.Terms("no-such-book", 20m))).ShouldBeProblem(404);
        (await Api.GetAsync(offer)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Product_listing_type_and_currency_stay_while_the_offer_lives()
    {
        var (product, _, url) = await Api.OfferAsync();
        var other = await Api.NewProductAsync();

        (await Api.PutAsync(url, Given.Terms(other, 20m))).ShouldBeProblem(409);
        (await Api.PutAsync(url, Given.Terms(product, 20m, listingType: "zShops"))).ShouldBeProblem(409);
        (await Api.PutAsync(url, Given.Terms(product, 20m, currency: "EUR"))).ShouldBeProblem(409);
        Assert.Equal("\"1\"", (await Api.GetAsync(url)).ETag);
    }

    [Fact]
    public async Task A_withdrawn_offer_is_posted_anew_with_200_for_another_product_in_another_currency()
    {
        var (_, _, url) = await Api.OfferAsync();
        var other = await Api.NewProductAsync();
        (await Api.DeleteAsync(url)).ShouldBe(204);

        var reposted = (await Api.PutAsync(url, Given.Terms(other, 2000m, listingType: "zShops", condition: "new", currency: "JPY"))).ShouldBe(200);

        Assert.Equal(("\"3\"", "active", other), (reposted.ETag, (string?)reposted.Json["status"], (string?)reposted.Json["productId"]));
        Assert.Contains("\"price\":{\"amount\":2000,\"currency\":\"JPY\"}", reposted.Body);
        Assert.Single((await Api.GetAsync($"/v1/products/{other}/offers")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Everything_wrong_with_the_terms_is_told_by_member()
    {
        var url = Given.Offer(MarketplaceFixture.NewId("seller"));

        (await Api.PutAsync(url, "{}")).ShouldBeProblem(400, "productId", "listingType", "condition", "price", "quantity");
        (await Api.PutAsync(url, Given.Terms("book", 20.001m, -1m, -1, "used", "new")))
            .ShouldBeProblem(400, "price.amount", "shipping.amount", "quantity", "condition");
        (await Api.PutAsync(url, Given.Terms("book", 20m, listingType: "collectible"))).ShouldBeProblem(400, "conditionNote");
        (await Api.PutAsync(url, Given.Terms("..", 20m))).ShouldBeProblem(400, "productId");
        (await Api.PutAsync(url, """{"price":{"amount":"20.00","currency":"usd"}}"""))
            .ShouldBeProblem(400, "price.amount", "price.currency", "productId", "listingType", "condition", "quantity");
        (await Api.PutAsync(url, """{"colour":"red"}""")).ShouldBeProblem(400, "colour", "productId", "listingType", "condition", "price", "quantity");
        (await Api.PutAsync(url, "null")).ShouldBeProblem(400, "$");
        Assert.Equal(0, await app.EventsAsync(url.Replace("/v1/sellers/", "offer/").Replace("/offers/", "/")));
    }

    [Fact]
    public async Task What_is_stored_is_written_in_the_pinned_form()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));
        await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 27.1m, listingType: "zShops", condition: "like_new"));

        var data = await app.Database.ScalarAsync<string>("select data::text from marketplace.mt_events where stream_id = $1", $"offer/{seller}/sku-1");
        var type = await app.Database.ScalarAsync<string>("select type from marketplace.mt_events where stream_id = $1", $"offer/{seller}/sku-1");

        Assert.Equal("offer_posted", type);
        foreach (var part in new[]
                 {
                     "\"listingType\": \"zShops\"", "\"condition\": \"like_new\"", "\"price\": {\"amount\": 27.10, \"currency\": \"USD\"}",
                     "\"quantity\": 1", $"\"productId\": \"{product}\"",
                 })
            Assert.Contains(part, data);
    }

    [Fact]
    public async Task Who_and_why_is_recorded_with_the_event()
    {
        var (_, seller, url) = await Api.OfferAsync();

        (await Api.PatchAsync(url, new { quantity = 3, reason = "found two more" }, ("Marketplace-Cause", "rule"), ("Marketplace-Reference", "restock"))).ShouldBe(200);
        (await Api.DeleteAsync(url, ("Marketplace-Reason", "lost"))).ShouldBe(204);

        Assert.Equal($"rule restock found two more seller:{seller}", await Metadata(seller, 2));
        Assert.Equal($"manual - lost seller:{seller}", await Metadata(seller, 3));
    }

    [Fact]
    public async Task Causes_references_and_reasons_are_checked()
    {
        var (product, _, url) = await Api.OfferAsync();

        (await Api.PatchAsync(url, new { quantity = 3 }, ("Marketplace-Cause", "Manual"))).ShouldBeProblem(400, "Marketplace-Cause");
        (await Api.PutAsync(url, Given.Terms(product, 1m), ("Marketplace-Reference", new string('r', 201)), ("Marketplace-Reason", "")))
            .ShouldBeProblem(400, "Marketplace-Reference", "Marketplace-Reason");
        (await Api.PatchAsync(url, new { reason = "" })).ShouldBeProblem(400, "reason");
        Assert.Equal("\"1\"", (await Api.GetAsync(url)).ETag);
    }

    private Task<string?> Metadata(string seller, int version) => app.Database.ScalarAsync<string>(
        "select concat_ws(' ', headers ->> 'cause', coalesce(headers ->> 'reference', '-'), headers ->> 'reason', user_name) "
        + "from marketplace.mt_events where stream_id = $1 and version = $2", $"offer/{seller}/sku-1", (long)version);
}
