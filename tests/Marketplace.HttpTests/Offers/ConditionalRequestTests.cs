using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Offers;

public class ConditionalRequestTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private Api Api => app.Api;

    [Fact]
    public async Task A_stale_tag_is_412_with_the_current_version_and_changes_nothing()
    {
        var (product, seller, url) = await Api.OfferAsync();
        await Api.PatchAsync(url, new { quantity = 2 });

        foreach (var refused in new[]
                 {
                     await Api.PutAsync(url, Given.Terms(product, 1m), ("If-Match", "\"1\"")),
                     await Api.PatchAsync(url, new { quantity = 9 }, ("If-Match", "\"1\"")),
                     await Api.PatchAsync(url, new { quantity = 9 }, ("If-Match", "W/\"2\"")),
                     await Api.PostAsync(url + "/pause", null, ("If-Match", "\"1\", \"3\"")),
                     await Api.PostAsync(url + "/resume", null, ("If-Match", "\"1\"")),
                     await Api.DeleteAsync(url, ("If-Match", "\"0\"")),
                     await Api.DeleteAsync(url, ("If-None-Match", "\"2\"")),
                 })
        {
            refused.ShouldBeProblem(412);
            Assert.Contains("\"2\"", (string?)refused.Json["detail"]);
        }
        Assert.Equal(2, await app.EventsAsync($"offer/{seller}/sku-1"));
    }

    [Fact]
    public async Task The_current_tag_or_a_star_lets_a_write_through()
    {
        var (_, _, url) = await Api.OfferAsync();

        Assert.Equal("\"2\"", (await Api.PatchAsync(url, new { quantity = 2 }, ("If-Match", "\"1\""))).ShouldBe(200).ETag);
        Assert.Equal("\"3\"", (await Api.PostAsync(url + "/pause", null, ("If-Match", "*"))).ShouldBe(200).ETag);
        Assert.Equal("\"4\"", (await Api.PostAsync(url + "/resume", null, ("If-Match", "\"7\" , \"3\""))).ShouldBe(200).ETag);
        Assert.Equal("\"5\"", (await Api.DeleteAsync(url, ("If-Match", "\"4\""))).ShouldBe(204).ETag);
    }

    [Fact]
    public async Task A_put_can_be_told_only_to_post_or_only_to_revise()
    {
        var (product, seller) = (await Api.NewProductAsync(), MarketplaceFixture.NewId("seller"));

        (await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m), ("If-Match", "*"))).ShouldBeProblem(412);
        (await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 20m), ("If-None-Match", "*"))).ShouldBe(201);
        (await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 19m), ("If-None-Match", "*"))).ShouldBeProblem(412);
        (await Api.PutAsync(Given.Offer(seller), Given.Terms(product, 19m), ("If-Match", "*"))).ShouldBe(200);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"1")]
    [InlineData("\"1\" \"2\"")]
    [InlineData("")]
    [InlineData("\"1\",*x")]
    public async Task A_malformed_tag_is_400_by_its_header(string tag)
    {
        var (_, _, url) = await Api.OfferAsync();

        (await Api.PatchAsync(url, new { quantity = 2 }, ("If-Match", tag))).ShouldBeProblem(400, "If-Match");
        (await Api.DeleteAsync(url, ("If-None-Match", tag))).ShouldBeProblem(400, "If-None-Match");
        (await Api.GetAsync(url, ("If-None-Match", tag))).ShouldBeProblem(400, "If-None-Match");
    }

    [Fact]
    public async Task A_read_whose_tag_the_client_has_is_304_without_a_body()
    {
        var (product, _, url) = await Api.OfferAsync();
        foreach (var resource in new[] { url, $"/v1/products/{product}", $"/v1/products/{product}/lowest-prices" })
        {
            var read = (await Api.GetAsync(resource)).ShouldBe(200);
            foreach (var tag in new[] { read.ETag!, "W/" + read.ETag, "\"x\", " + read.ETag, "*" })
            {
                var known = (await Api.GetAsync(resource, ("If-None-Match", tag))).ShouldBe(304);
                Assert.Equal(("", read.ETag), (known.Body, known.ETag));
                Assert.True(known.Position >= read.Position);
            }
            (await Api.GetAsync(resource, ("If-None-Match", "\"x\""))).ShouldBe(200);
        }
        await Api.PatchAsync(url, new { quantity = 2 });
        (await Api.GetAsync(url, ("If-None-Match", "\"1\""))).ShouldBe(200);
    }
}
