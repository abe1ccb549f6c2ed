using Marketplace.Domain;
using Marketplace.Listings;

namespace Marketplace.Tests.Listings;

public class ListingPageTests
{
    [Fact]
    public void A_line_whose_kind_does_not_come_later_starts_the_next_product()
    {
        var (products, errors) = Parse("""
            Used price: $20.00
            Collectible price: $25.00
            Buy one from zShops for: $27.11
            Used price: $23.90
            Buy one from zShops for: $15.97
            Buy one from zShops for: $24.95
            """);

        Assert.Empty(errors);
        Assert.Equal(
            ["used $20.00, collectible $25.00, zShops $27.11", "used $23.90, zShops $15.97", "zShops $24.95"],
            products.Select(p => string.Join(", ", p.Prices.Select(price => $"{Word.Of(price.ListingType)} {price.Price}"))));
    }

    [Fact]
    public void Lines_that_are_no_prices_are_one_review_of_the_product_above()
    {
        var (products, errors) = Parse("""
            Used price: $2.99
            A good story, well told.

            Two chapters: too long.
            Used price: $6.95
            """);

        Assert.Empty(errors);
        Assert.Equal(2, products.Count);
        Assert.Equal(["A good story, well told.\n\nTwo chapters: too long."], products[0].Reviews);
        Assert.Empty(products[1].Reviews);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("  \n\n")]
    public void Line_ends_blanks_and_empty_lines_do_not_matter(string end)
    {
        var (products, errors) = ListingPage.Parse($"Used price: $1,020.00{end}  Collectible price: $25.00{end}".Split('\n'));

        Assert.Empty(errors);
        Assert.Equal([new Money(1020m, "USD"), new Money(25m, "USD")], Assert.Single(products).Prices.Select(p => p.Price));
    }

    [Theory]
    [InlineData("Used price: 20.00")]
    [InlineData("Used price: $20")]
    [InlineData("Used price: $20.001")]
    [InlineData("Used price: $0.00")]
    [InlineData("Used price: $-1.00")]
    [InlineData("Used price: $1,0.00")]
    [InlineData("Used price: $9999999999.00")]
    [InlineData("Used price:")]
    [InlineData("Used price: $20.00 or less")]
    [InlineData("Used price: $٢٠.00")]
    public void A_price_that_cannot_be_read_is_told_by_its_line(string line)
    {
        var (_, errors) = Parse("Buy one from zShops for: $1.00\n" + line);

        Assert.StartsWith("line 2: a price such as 'Used price: $20.00'", Assert.Single(errors));
    }

    [Fact]
    public void Every_mistake_is_told()
    {
        var (_, errors) = Parse("A review.\nUsed price: ?\nBuy one from zShops for: ?");

        Assert.Equal(["line 1", "line 2", "line 3"], errors.Select(e => e[..6]));
    }

    [Fact]
    public void An_empty_page_has_no_products()
    {
        var (products, errors) = Parse("\n\n");

        Assert.Empty(products);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("/data/zshops-listings.txt", 3, "zshops-listings-3")]
    [InlineData("Ünïcode page (2).html", 1, "n-code-page--2-1")]
    [InlineData("....txt", 12, "listing-12")]
    [InlineData("a-name-that-is-far-longer-than-any-id-may-be.txt", 1000, "a-name-that-is-far-longer-than-a-1000")]
    public void A_products_id_is_made_from_the_files_name_and_its_place(string file, int place, string id)
    {
        Assert.Equal(id, ImportListing.ProductId(file, place));
        Assert.True(Id.IsValid(id));
    }

    private static (IReadOnlyList<ListedProduct> Products, IReadOnlyList<string> Errors) Parse(string page) => ListingPage.Parse(page.Split('\n'));
}
