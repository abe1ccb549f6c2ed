using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Offers;
using static Marketplace.Tests.Domain.Stored;

namespace Marketplace.Tests.Feeds;

/// <summary>Good lines become the commands of their HTTP calls and are decided as these are.</summary>
public class GoodLineTests
{
    private static readonly Offer Posted = Fold<Offer>(null, Decision.Record(
        new OfferPosted("0486821951", "powells", "A-77", new Terms(ListingType.ZShops, Condition.New, null, Usd(20m), Usd(0m), 1))))!;

    [Fact]
    public void A_put_posts_an_offer()
    {
        var line = Lines.Read(Lines.Put);

        Assert.Equal(("m1", "A-77", "put", "0486821951"), (line.MessageId, line.Sku, line.Command!.Op, line.Command.ProductId));
        Assert.Equal([new OfferPosted("0486821951", "powells", "A-77", new Terms(ListingType.ZShops, Condition.New, null, Usd(27.11m), Usd(3.50m), 4))],
            line.Command.Decide("powells", null).Events);
    }

    [Fact]
    public void A_patch_reprices_and_restocks()
    {
        var command = Lines.Read(Lines.Patch).Command!;

        Assert.Null(command.ProductId);
        Assert.Equal(["OfferRepriced", "OfferRestocked"], command.Decide("powells", Posted).Events.Select(e => e.GetType().Name));
        Assert.Equal(new LineError("not-found", "sku", "The seller has no offer with this sku."), LineError.Of(command.Decide("powells", null).Refusal!));
    }

    [Theory]
    [InlineData("pause", "OfferPaused")]
    [InlineData("withdraw", "OfferWithdrawn")]
    [InlineData("resume", null)]
    public void The_rest_needs_an_op_and_a_sku(string op, string? recorded)
    {
        var line = Lines.Read($$"""{"op":"{{op}}","sku":"A-77"}""");

        Assert.Equal((op, null, "A-77"), (line.Command!.Op, line.MessageId, line.Command.Sku));
        Assert.Equal(recorded, line.Command.Decide("powells", Posted).Events.SingleOrDefault()?.GetType().Name);
    }

    [Theory]
    [InlineData("put")]
    [InlineData("patch")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("withdraw")]
    public void Every_operation_may_say_why(string op)
    {
        var line = (op == "put" ? Lines.Put : """{"sku":"A-77"}""")[1..].Replace("\"op\":\"put\",", "", StringComparison.Ordinal);

        Assert.Equal("spring sale", Lines.Read($$"""{"op":"{{op}}","reason":"spring sale",{{line}}""").Command!.Reason);
    }

    [Theory]
    [InlineData("""{"sku":"a","price":{"currency":"USD","amount":1},"op":"patch"}""")]
    [InlineData("""{ "op" : "p\u0061tch" , "\u0073ku" : "a", "messageId": null, "reason": null }""")]
    [InlineData("{\"op\":\"patch\",\"sku\":\"a\"}\r")]
    [InlineData("\uFEFF{\"op\":\"patch\",\"sku\":\"a\"}")]
    [InlineData("""{"op":"patch","sku":"a","shipping":null}""")]
    [InlineData("""{"op":"patch","sku":"a","messageId":"\ud83d\ude00"}""")]
    public void Order_and_spelling_are_those_of_json(string line) => Assert.Equal(("a", "patch"), (Lines.Read(line).Sku, Lines.Read(line).Command?.Op));

    [Fact]
    public void Null_removes_shipping() =>
        Assert.Equal(Usd(0m), Assert.IsType<OfferRepriced>(Assert.Single(Lines.Read("""{"op":"patch","sku":"A-77","shipping":null}""").Command!
            .Decide("powells", Posted with { Terms = Posted.Terms with { Shipping = Usd(3m) } }).Events)).NewShipping);

    [Theory]
    [InlineData("""{"op":"put","sku":"A-77","productId":"other","listingType":"zShops","condition":"new","price":{"amount":1,"currency":"USD"},"quantity":1}""",
        "product-fixed", "productId")]
    [InlineData("""{"op":"put","sku":"A-77","productId":"0486821951","listingType":"used","condition":"good","price":{"amount":1,"currency":"USD"},"quantity":1}""",
        "listing-type-fixed", "listingType")]
    [InlineData("""{"op":"patch","sku":"A-77","price":{"amount":1,"currency":"EUR"}}""", "currency-fixed", "price.currency")]
    [InlineData("""{"op":"patch","sku":"A-77","shipping":{"amount":1,"currency":"EUR"}}""", "currency-fixed", "shipping.currency")]
    public void A_refusal_names_the_member_it_is_about(string line, string code, string path)
    {
        var error = LineError.Of(Lines.Read(line).Command!.Decide("powells", Posted).Refusal!);

        Assert.Equal((code, path), (error.Code, error.Path));
    }

    [Fact]
    public void A_withdrawn_offer_and_an_unknown_product_are_told_by_their_members()
    {
        var withdrawn = Lines.Read(Lines.Patch).Command!.Decide("powells", Posted with { IsWithdrawn = true });

        Assert.Equal(new LineError("offer-withdrawn", "sku", "The offer is withdrawn; PUT may post it anew."), LineError.Of(withdrawn.Refusal!));
        Assert.Equal(new LineError("not-found", "productId", "There is no product p; list it first."), LineError.Of(OfferAnswers.UnknownProduct("p")));
    }
}
