using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Web;

public class ProductsPagingTests(MarketplaceFixture marketplace) : IClassFixture<MarketplaceFixture>
{
    private Api Api => marketplace.Api;

    [Fact]
    public async Task The_list_goes_on_over_pages_without_losing_or_repeating_a_product()
    {
        var ids = new List<string>();
        for (var i = 0; i < 30; i++)
            ids.Add(await Api.NewProductAsync());

        var seen = new List<string>();
        for (var url = "/"; url is not null;)
        {
            var page = (await Api.GetAsync(url)).ShouldBe(200).Body;
            seen.AddRange(Links(page, "<h2><a href=\"/products/"));
            url = Links(page, "rel=\"next\" href=\"").SingleOrDefault();
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(ids.Except(seen));
    }

    private static IEnumerable<string> Links(string page, string before) =>
        page.Split(before).Skip(1).Select(rest => System.Net.WebUtility.HtmlDecode(rest[..rest.IndexOf('"', StringComparison.Ordinal)]));
}
