using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Web;

public class EmptyMarketplaceTests(MarketplaceFixture marketplace) : IClassFixture<MarketplaceFixture>
{
    [Fact]
    public async Task A_newcomer_to_an_empty_marketplace_is_told_what_to_do_first()
    {
        var page = (await marketplace.Api.GetAsync("/")).ShouldBe(200);

        Assert.Contains("There are no products yet", page.Body, StringComparison.Ordinal);
        Assert.Contains("curl -X PUT http://localhost/v1/products/", page.Body, StringComparison.Ordinal);
    }
}
