using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Offers;
using static Marketplace.Tests.Domain.Stored;

namespace Marketplace.Tests.Offers;

public class OfferDecisionTests
{
    private static readonly PostOffer Command = new("book", ListingType.Used, Condition.Good, "A coffee stain.", Usd(20m), Usd(3.50m), 2);
    private static readonly Offer Posted = Fold<Offer>(null, Post(Command, null))!;
    private static readonly Offer Paused = Fold(Posted, PauseOfferEndpoint.Decide(Posted), 2)!;
    private static readonly Offer Withdrawn = Fold(Posted, WithdrawOfferEndpoint.Decide(Posted), 2)!;

    [Fact]
    public void A_new_offer_is_posted_with_all_its_terms()
    {
        Assert.Equal([new OfferPosted("book", "powells", "sku-1", Command.Terms())], Post(Command, null).Events);
        Assert.Equal(("offer/powells/sku-1", OfferStatus.Active, Noon.AddMinutes(1)), (Posted.Id, Posted.Status, Posted.PriceSince));
    }

    [Fact]
    public void What_a_put_leaves_out_has_its_default()
    {
        var bare = Command with { ConditionNote = null, Shipping = null };

        var terms = new Terms(ListingType.Used, Condition.Good, null, Usd(20m), Usd(0m), 2);
        Assert.Equal([new OfferPosted("book", "powells", "sku-1", terms)], Post(bare, null).Events);
        Assert.Equal(
            [new OfferRepriced("book", "powells", "sku-1", Usd(20m), Usd(20m), Usd(3.50m), Usd(0m)),
                new OfferConditionRevised("book", "powells", "sku-1", Condition.Good, null)],
            Post(bare, Posted).Events);
    }

    [Fact]
    public void The_same_terms_again_record_nothing()
    {
        IsUnchanged(Post(Command, Posted));
        IsUnchanged(Post(Command, Paused));
        IsUnchanged(Post(Command with { Price = Usd(20.0m), Shipping = Usd(3.5m) }, Posted));
        IsUnchanged(Post(Command with { ConditionNote = " " }, Fold<Offer>(null, Post(Command with { ConditionNote = "" }, null))));
    }

    [Fact]
    public void Other_terms_are_recorded_by_what_changed_in_one_decision()
    {
        var decision = Post(Command with { Price = Usd(18m), Quantity = 0, Condition = Condition.Acceptable }, Posted);

        Assert.Equal(
            [new OfferRepriced("book", "powells", "sku-1", Usd(20m), Usd(18m), Usd(3.50m), Usd(3.50m)),
                new OfferRestocked("book", "powells", "sku-1", 2, 0),
                new OfferConditionRevised("book", "powells", "sku-1", Condition.Acceptable, "A coffee stain.")],
            decision.Events);
    }

    [Fact]
    public void A_living_offer_keeps_product_listing_type_and_currency()
    {
        IsRefused(Post(Command with { ProductId = "other" }, Posted), 409, "product-fixed");
        IsRefused(Post(Command with { ListingType = ListingType.ZShops }, Paused), 409, "listing-type-fixed");
        IsRefused(Post(Command with { Price = new Money(20m, "EUR"), Shipping = null }, Posted), 409, "currency-fixed");
    }

    [Fact]
    public void A_withdrawn_offer_is_posted_anew_with_any_terms_and_its_price_takes_effect_anew()
    {
        var anew = new PostOffer("other", ListingType.ZShops, Condition.New, null, new Money(20m, "EUR"), null, 1);
        var decision = Post(anew, Withdrawn);

        Assert.Equal([new OfferReposted("other", "powells", "sku-1", anew.Terms())], decision.Events);
        var after = Fold(Withdrawn, decision, 9)!;
        Assert.Equal((OfferStatus.Active, Noon.AddMinutes(9), "other"), (after.Status, after.PriceSince, after.ProductId));
        Assert.Equal([new OfferReposted("book", "powells", "sku-1", Command.Terms())], Post(Command, Withdrawn).Events);
    }

    [Fact]
    public void A_put_leaves_a_paused_offer_paused()
    {
        var after = Fold(Paused, Post(Command with { Quantity = 7 }, Paused), 3)!;

        Assert.Equal((OfferStatus.Paused, 7), (after.Status, after.Terms.Quantity));
    }

    [Fact]
    public void A_patch_changes_what_it_names_and_nothing_else()
    {
        Assert.Equal([new OfferRepriced("book", "powells", "sku-1", Usd(20m), Usd(19m), Usd(3.50m), Usd(3.50m))], Patch(Posted, price: Usd(19m)).Events);
        Assert.Equal([new OfferRestocked("book", "powells", "sku-1", 2, 5)], Patch(Posted, quantity: 5).Events);
        Assert.Equal(2, Patch(Posted, price: Usd(19m), quantity: 5).Events.Count);
        Assert.Equal([new OfferRepriced("book", "powells", "sku-1", Usd(20m), Usd(20m), Usd(3.50m), Usd(0m))],
            ReviseOfferEndpoint.Decide(new ReviseOffer(default, new Settable<Money>(true, null), default, null), Posted).Events);
    }

    [Fact]
    public void A_patch_to_what_is_already_so_records_nothing()
    {
        IsUnchanged(Patch(Posted));
        IsUnchanged(Patch(Posted, price: Usd(20m), quantity: 2));
    }

    [Fact]
    public void A_patch_is_refused_without_a_living_offer_or_in_another_currency()
    {
        IsRefused(Patch(null, quantity: 1), 404, "not-found");
        IsRefused(Patch(Withdrawn, quantity: 1), 409, "offer-withdrawn");
        IsRefused(Patch(Posted, price: new Money(20m, "EUR")), 409, "currency-fixed");
        var shipping = new ReviseOffer(default, new Settable<Money>(true, new Money(1m, "EUR")), default, null);
        IsRefused(ReviseOfferEndpoint.Decide(shipping, Posted), 409, "currency-fixed");
    }

    [Fact]
    public void Pausing_and_resuming_leave_the_prices_time_alone()
    {
        Assert.Equal([new OfferPaused("book", "powells", "sku-1")], PauseOfferEndpoint.Decide(Posted).Events);
        Assert.Equal([new OfferResumed("book", "powells", "sku-1")], ResumeOfferEndpoint.Decide(Paused).Events);
        var resumed = Fold(Paused, ResumeOfferEndpoint.Decide(Paused), 3)!;
        Assert.Equal((OfferStatus.Active, Posted.PriceSince, Noon.AddMinutes(3)), (resumed.Status, resumed.PriceSince, resumed.EffectiveAt));
    }

    [Fact]
    public void Repeating_a_command_records_nothing()
    {
        IsUnchanged(PauseOfferEndpoint.Decide(Paused));
        IsUnchanged(ResumeOfferEndpoint.Decide(Posted));
        IsUnchanged(WithdrawOfferEndpoint.Decide(Withdrawn));
    }

    [Fact]
    public void Without_an_offer_there_is_nothing_to_pause_resume_or_withdraw()
    {
        IsRefused(PauseOfferEndpoint.Decide(null), 404, "not-found");
        IsRefused(ResumeOfferEndpoint.Decide(null), 404, "not-found");
        IsRefused(WithdrawOfferEndpoint.Decide(null), 404, "not-found");
        IsRefused(PauseOfferEndpoint.Decide(Withdrawn), 409, "offer-withdrawn");
        IsRefused(ResumeOfferEndpoint.Decide(Withdrawn), 409, "offer-withdrawn");
    }

    [Fact]
    public void Withdrawing_says_for_which_product() =>
        Assert.Equal([new OfferWithdrawn("book", "powells", "sku-1")], WithdrawOfferEndpoint.Decide(Paused).Events);

    [Fact]
    public void Status_is_withdrawn_before_paused_before_sold_out()
    {
        var soldOut = Fold(Posted, Patch(Posted, quantity: 0), 2)!;
        var paused = Fold(soldOut, PauseOfferEndpoint.Decide(soldOut), 3)!;
        var withdrawn = Fold(paused, WithdrawOfferEndpoint.Decide(paused), 4)!;

        Assert.Equal([OfferStatus.SoldOut, OfferStatus.Paused, OfferStatus.Withdrawn], new[] { soldOut.Status, paused.Status, withdrawn.Status });
    }

    [Fact]
    public void An_effective_time_moves_the_prices_time()
    {
        var after = Offer.Fold(Posted, At(9, Patch(Posted, price: Usd(1m)).Events[0], Noon.AddMinutes(4)));

        Assert.Equal((Noon.AddMinutes(4), Noon.AddMinutes(4)), (after.PriceSince, after.EffectiveAt));
    }

    [Fact]
    public void The_fold_stops_at_an_event_that_does_not_belong_there()
    {
        Assert.Throws<InvalidOperationException>(() => Offer.Fold(Posted, At(2, new Marketplace.Catalog.ProductListed("book", "t", null, null))));
        foreach (var data in new object[] { new OfferPaused("book", "powells", "sku-1"), new OfferRestocked("book", "powells", "sku-1", 1, 2) })
            Assert.Throws<InvalidOperationException>(() => Offer.Fold(null, At(2, data)));
    }

    private static Decision Post(PostOffer command, Offer? offer) => PostOfferEndpoint.Decide(command, "powells", "sku-1", offer);

    private static Decision Patch(Offer? offer, Money? price = null, int? quantity = null) => ReviseOfferEndpoint.Decide(
        new ReviseOffer(price is null ? default : new(true, price), default, quantity is null ? default : new(true, quantity), null), offer);

    private static void IsUnchanged(Decision decision)
    {
        Assert.Null(decision.Refusal);
        Assert.Empty(decision.Events);
    }

    private static void IsRefused(Decision decision, int status, string code)
    {
        Assert.Equal((status, code), (decision.Refusal!.Status, decision.Refusal.Code));
        Assert.Empty(decision.Events);
    }
}
