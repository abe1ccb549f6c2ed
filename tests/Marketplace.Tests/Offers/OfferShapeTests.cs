using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Offers;
using static Marketplace.Tests.Domain.Stored;

namespace Marketplace.Tests.Offers;

public class OfferShapeTests
{
    private static readonly PostOffer Valid = new("book", ListingType.ZShops, Condition.New, null, Usd(20m), null, 1);

    [Fact]
    public void Everything_missing_is_told_at_once() =>
        Assert.Equal(["condition", "listingType", "price", "productId", "quantity"], Wrong(new PostOffer(null, null, null, null, null, null, null)));

    [Fact]
    public void A_used_copy_is_never_new()
    {
        Assert.Equal(["condition"], Wrong(Valid with { ListingType = ListingType.Used }));
        Assert.Empty(Wrong(Valid with { ListingType = ListingType.Used, Condition = Condition.LikeNew }));
    }

    [Fact]
    public void A_collectible_copy_says_what_makes_it_collectible()
    {
        var collectible = Valid with { ListingType = ListingType.Collectible };

        Assert.Equal(["conditionNote"], Wrong(collectible));
        Assert.Equal(["conditionNote"], Wrong(collectible with { ConditionNote = " \n" }));
        Assert.Empty(Wrong(collectible with { ConditionNote = "Signed." }));
    }

    [Theory]
    [InlineData("0", "USD", "price.amount")]
    [InlineData("-1", "USD", "price.amount")]
    [InlineData("27.111", "USD", "price.amount")]
    [InlineData("27.110", "USD", "price.amount")]
    [InlineData("2000.5", "JPY", "price.amount")]
    [InlineData("1.2345", "KWD", "price.amount")]
    [InlineData("1000000000.01", "USD", "price.amount")]
    [InlineData("20", "usd", "price.currency")]
    [InlineData("20", "", "price.currency")]
    [InlineData("20", "XAU", "price.currency")]
    public void A_price_its_currency_cannot_have_is_refused(string amount, string currency, string path)
    {
        var price = new Money(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency);

        Assert.Equal([path], Wrong(Valid with { Price = price }));
        Assert.Equal([path], Wrong(new ReviseOffer(new(true, price), default, default, null)));
    }

    [Theory]
    [InlineData("1000000000", "USD")]
    [InlineData("0.01", "USD")]
    [InlineData("2000", "JPY")]
    [InlineData("1.234", "KWD")]
    [InlineData("27.1", "EUR")]
    public void A_price_its_currency_can_have_is_fine(string amount, string currency) =>
        Assert.Empty(Wrong(Valid with { Price = new Money(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency) }));

    [Fact]
    public void Shipping_may_be_nothing_and_has_the_currency_of_the_price()
    {
        Assert.Empty(Wrong(Valid with { Shipping = Usd(0m) }));
        Assert.Equal(["shipping.amount"], Wrong(Valid with { Shipping = Usd(-0.01m) }));
        Assert.Equal(["shipping.currency"], Wrong(Valid with { Shipping = new Money(1m, "EUR") }));
        Assert.Equal(["shipping.currency"], Wrong(new ReviseOffer(new(true, Usd(1m)), new(true, new Money(1m, "EUR")), default, null)));
        Assert.Empty(Wrong(new ReviseOffer(default, new(true, new Money(1m, "EUR")), default, null)));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_001, false)]
    [InlineData(int.MinValue, false)]
    public void A_quantity_is_from_0_to_a_million(int quantity, bool fine)
    {
        Assert.Equal(fine ? [] : ["quantity"], Wrong(Valid with { Quantity = quantity }));
        Assert.Equal(fine ? [] : ["quantity"], Wrong(new ReviseOffer(default, default, new(true, quantity), null)));
    }

    [Fact]
    public void A_patch_can_remove_shipping_and_nothing_else()
    {
        Assert.Empty(Wrong(new ReviseOffer(default, new(true, null), default, null)));
        Assert.Equal(["price", "quantity"], Wrong(new ReviseOffer(new(true, null), default, new(true, null), null)));
        Assert.Empty(Wrong(new ReviseOffer(default, default, default, null)));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a\0", false)]
    [InlineData("undercut", true)]
    public void A_reason_is_text(string reason, bool fine) =>
        Assert.Equal(fine ? [] : ["reason"], Wrong(new ReviseOffer(default, default, default, reason)));

    [Theory]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("")]
    public void A_product_is_named_by_an_id(string productId) => Assert.Equal(["productId"], Wrong(Valid with { ProductId = productId }));

    [Fact]
    public void A_note_has_a_longest_length()
    {
        Assert.Empty(Wrong(Valid with { ConditionNote = new string('n', 1000) }));
        Assert.Equal(["conditionNote"], Wrong(Valid with { ConditionNote = new string('n', 1001) }));
        Assert.Equal(["conditionNote"], Wrong(Valid with { ConditionNote = "\ud800" }));
    }

    private static string[] Wrong(PostOffer command) => Names(new PostOffer.Validator().Validate(command));

    private static string[] Wrong(ReviseOffer command) => Names(new ReviseOffer.Validator().Validate(command));

    private static string[] Names(FluentValidation.Results.ValidationResult result) => [.. result.Errors.Select(e => e.PropertyName).Distinct().Order()];
}
