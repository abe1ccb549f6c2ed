using System.Globalization;
using System.Text;
using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Listings;
using Marketplace.Offers;
using Marketplace.Pricing;
using Marketplace.Reviews;
using Marketplace.Web;

namespace Marketplace.HttpTests.Limits;

/// <summary>Sizes of what is sent: the greatest is taken, one more is refused by name and records nothing.</summary>
public sealed class SizesTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private Api Api => app.Api;

    [Theory]
    [InlineData("title", PutProduct.MaxTitle)]
    [InlineData("author", PutProduct.MaxAuthor)]
    [InlineData("description", PutProduct.MaxDescription)]
    [InlineData("conditionNote", OfferAnswers.MaxConditionNote)]
    [InlineData("reason", Intents.MaxReason)]
    [InlineData("review title", ReviewAnswers.MaxTitle)]
    [InlineData("review body", ReviewAnswers.MaxBody)]
    public async Task Text_of_the_most_characters_is_kept_and_one_more_is_refused(string what, int most)
    {
        var (product, _, offer) = await Api.OfferAsync();
        Task<Answered> SendAsync(string text) => what switch
        {
            "title" => Api.PutAsync($"/v1/products/{product}", new { title = text }),
            "author" => Api.PutAsync($"/v1/products/{product}", new { title = "T", author = text }),
            "description" => Api.PutAsync($"/v1/products/{product}", new { title = "T", description = text }),
            "conditionNote" => Api.PutAsync(offer, Given.Terms(product, 20m, conditionNote: text)),
            "reason" => Api.PatchAsync(offer, new { price = new { amount = 19m, currency = "USD" }, reason = text }),
            "review title" => Api.PostAsync($"/v1/products/{product}/reviews", new { reviewerId = "ann", rating = 5, title = text, body = "B" }),
            _ => Api.PostAsync($"/v1/products/{product}/reviews", new { reviewerId = "ann", rating = 5, title = "T", body = text }),
        };

        var before = await app.EventsAsync();
        (await SendAsync(new string('é', most + 1))).ShouldBeProblem(400, what.Split(' ')[^1]);
        Assert.Equal(before, await app.EventsAsync());
        (await SendAsync(new string('é', most))).ShouldBeOneOf(200, 201);
        Assert.Equal(before + 1, await app.EventsAsync());
    }

    [Theory]
    [InlineData("Marketplace-Reason", Intents.MaxReason)]
    [InlineData("Marketplace-Reference", Intents.MaxReference)]
    public async Task A_header_of_the_most_characters_is_kept_and_one_more_is_refused(string header, int most)
    {
        var (_, _, offer) = await Api.OfferAsync();

        (await Api.PatchAsync(offer, new { quantity = 7 }, (header, new string('r', most + 1)))).ShouldBeProblem(400, header);
        (await Api.PatchAsync(offer, new { quantity = 8 }, (header, new string('r', most)))).ShouldBe(200);
    }

    [Fact]
    public async Task Amounts_and_quantities_have_a_greatest_value()
    {
        var (_, _, offer) = await Api.OfferAsync();
        object Price(decimal amount) => new { price = new { amount, currency = "USD" } };

        (await Api.PatchAsync(offer, Price(Money.Largest + 0.01m))).ShouldBeProblem(400, "price.amount");
        (await Api.PatchAsync(offer, Price(Money.Largest))).ShouldBe(200);
        (await Api.PatchAsync(offer, new { quantity = OfferAnswers.MaxQuantity + 1 })).ShouldBeProblem(400, "quantity");
        (await Api.PatchAsync(offer, new { quantity = OfferAnswers.MaxQuantity })).ShouldBe(200);
    }

    [Fact]
    public async Task Json_nested_deeper_than_the_most_is_refused()
    {
        string Nested(int levels) => "{\"title\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}";

        Assert.DoesNotContain("nested too deeply", (await Api.PutAsync("/v1/products/deep", Nested(RequestShape.MaxDepth))).ShouldBeProblem(400, "title").Body);
        Assert.Contains("nested too deeply", (await Api.PutAsync("/v1/products/deep", Nested(RequestShape.MaxDepth + 1))).ShouldBeProblem(400, "title").Body);
    }

    [Fact]
    public async Task Of_many_mistakes_the_first_are_told()
    {
        var body = new StringBuilder("{\"title\":\"T\"");
        for (var i = 0; i < 5000; i++) body.Append(CultureInfo.InvariantCulture, $",\"m{i}\":1");

        var refused = (await Api.PutAsync("/v1/products/many", body.Append('}').ToString())).ShouldBeProblem(400);

        Assert.Equal(ObjectReading.MostErrors, refused.Json["errors"]!.AsObject().Count);
    }

    [Fact]
    public async Task A_query_of_the_most_products_is_answered_and_one_more_is_refused()
    {
        object Query(int products) => new { productIds = Enumerable.Range(0, products).Select(i => $"p{i}") };

        var answer = (await Api.PostAsync("/v1/lowest-prices/query", Query(LowestPriceQueries.MostProducts))).ShouldBe(200);
        Assert.Equal(LowestPriceQueries.MostProducts, answer.Json["unknown"]!.AsArray().Count);
        (await Api.PostAsync("/v1/lowest-prices/query", Query(LowestPriceQueries.MostProducts + 1))).ShouldBeProblem(400, "productIds");
    }

    [Fact]
    public async Task A_page_has_at_most_500_items()
    {
        (await Api.GetAsync($"/v1/products?limit={Query.MaxLimit}")).ShouldBe(200);
        (await Api.GetAsync($"/v1/products?limit={Query.MaxLimit + 1}")).ShouldBeProblem(400, "limit");
    }

    [Fact]
    public async Task A_file_too_large_is_not_imported()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using (var stream = File.OpenWrite(file)) stream.SetLength(ImportListing.MaxBytes + 1);
            using var errors = new StringWriter();
            var before = await app.EventsAsync();

            Assert.Equal(1, await ImportListing.RunAsync(file, app.Host.Services, TextWriter.Null, errors, CancellationToken.None));

            Assert.Contains($"is larger than {ImportListing.MaxBytes} bytes", errors.ToString());
            Assert.Equal(before, await app.EventsAsync());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task The_page_of_a_product_shows_so_many_offers_and_says_how_many_there_are()
    {
        var product = await Api.NewProductAsync();
        for (var i = 0; i <= ProductSource.MostOffers; i++)
            (await Api.PutAsync(Given.Offer($"{product}-{i}"), Given.Terms(product, 20m + i))).ShouldBe(201);

        var page = (await Api.GetAsync($"/products/{product}")).ShouldBe(200).Body;

        Assert.Contains($"{product}-{ProductSource.MostOffers - 1}<", page);
        Assert.DoesNotContain($"{product}-{ProductSource.MostOffers}<", page);
        Assert.Contains($"{ProductSource.MostOffers + 1}", page);
    }
}
