using Marketplace.Domain;
using Marketplace.Pricing;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Tests.Pricing;

public sealed class PageInWordsTests
{
    [Fact]
    public void The_page_has_a_line_per_listing_type_in_its_order_with_the_price_before_shipping() =>
        Assert.Equal("Used price: $20.00\nCollectible price: $25.00\nBuy one from zShops for: $27.11\n", PageInWords.Of(
            [Lowest(ListingType.ZShops, 27.11m), Lowest(ListingType.Collectible, 25m), Lowest(ListingType.Used, 20m)], "USD"));

    [Fact]
    public void Other_currencies_are_left_out() =>
        Assert.Equal("Used price: EUR 7.00\n", PageInWords.Of([Lowest(ListingType.Used, 20m), Lowest(ListingType.Used, 7m, "EUR")], "EUR"));

    [Fact]
    public void Without_offers_the_page_is_empty() => Assert.Equal("", PageInWords.Of([], "USD"));

    [Fact]
    public void The_currency_is_dollars_unless_configured_and_must_exist()
    {
        Assert.Equal("USD", PageInWords.Currency(Configuration(null)));
        Assert.Equal("JPY", PageInWords.Currency(Configuration("JPY")));
        Assert.Throws<InvalidOperationException>(() => PageInWords.Currency(Configuration("shells")));
    }

    private static IConfiguration Configuration(string? currency) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [PageInWords.CurrencyKey] = currency }).Build();

    private static LowestPrice Lowest(ListingType type, decimal price, string currency = "USD") => new(type, new Money(price, currency),
        new Money(3m, currency), new Money(price + 3m, currency), "s", "k", Condition.Good, 1, DateTimeOffset.UnixEpoch);
}
