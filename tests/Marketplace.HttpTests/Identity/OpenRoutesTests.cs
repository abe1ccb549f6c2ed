using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Identity;

/// <summary>What anyone may read, in JSON, pages and pictures alike, says what is on sale and not who did what, or why.</summary>
public class OpenRoutesTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    [Fact]
    public async Task Nothing_that_anyone_may_read_tells_who_changed_a_price_or_why()
    {
        var (product, seller, url) = await app.Api.OfferAsync();
        (string, string)[] why = [("Marketplace-Cause", "rule"), ("Marketplace-Reference", "undercut-7"), ("Marketplace-Reason", "below cost until March")];
        (await app.Api.PatchAsync(url, new { price = new { amount = 18, currency = "USD" } }, why)).ShouldBe(200);
        (await app.Api.PostAsync($"/v1/products/{product}/reviews", new { reviewerId = "ann", rating = 4, title = "Good", body = "Short." }, why)).ShouldBe(201);
        await app.CatchUpAsync();
        var read = 0;

        foreach (var rule in Access.Rules.Where(rule => rule.IsOpen && rule.Method == "GET" && rule.Route != "/openapi/v1.json"))
        {
            var path = rule.Route.Replace("{productId}", product).Replace("{sellerId}", seller).Replace("{sku}", "sku-1").Replace("{reviewId}", $"{product}~ann");
            foreach (var query in new[] { "", "?listingType=used", "?asOf=2999-01-01T00:00:00Z" })
                foreach (var accept in new[] { "application/json", "text/plain", "text/html", "*/*" })
                {
                    var answer = await app.Api.Anonymous.GetAsync(path + query, ("Accept", accept));
                    if (answer.Status == 200) read++;
                    foreach (var told in new[] { "below cost", "undercut", $"seller:{seller}", "reviewer:ann", "correlation" })
                        Assert.DoesNotContain(told, answer.Body, StringComparison.OrdinalIgnoreCase);
                }
        }
        Assert.True(read > 20, $"Only {read} answers were read.");

        // The same, to the seller itself: it is there to be told.
        var points = (await app.Api.GetAsync(url + "/price-history")).ShouldBe(200).Body;
        foreach (var told in new[] { "below cost", "undercut", $"seller:{seller}" }) Assert.Contains(told, points, StringComparison.Ordinal);
    }
}
