using FsCheck;
using FsCheck.Fluent;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Offers;
using static Marketplace.Tests.Domain.Stored;

namespace Marketplace.Tests.Offers;

public class OfferSequenceTests
{
    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(40);

    [Fact]
    public void Decisions_and_folds_agree_with_a_plain_model() => ForAllSequences(commands =>
    {
        var model = new OfferModel();
        var offers = new Dictionary<(string, string), (Offer State, int Version)>();
        for (var number = 1; number <= commands.Length; number++)
        {
            var command = commands[number - 1];
            var (state, version) = offers.GetValueOrDefault((command.Seller, command.Sku));
            var decision = Decide(command, state);
            var (refused, events) = model.Apply(command, number);

            Assert.Equal(refused, decision.Refusal?.Status ?? 0);
            Assert.Equal(events, decision.Events.Count);
            if (refused == 404) continue;
            offers[(command.Seller, command.Sku)] = (Fold(state, decision, number)!, version + events);
            AreEqual(model.Find(command.Seller, command.Sku)!, offers[(command.Seller, command.Sku)]);
        }
    });

    [Fact]
    public void A_command_that_succeeded_records_nothing_when_it_is_repeated() => ForAllSequences(commands =>
    {
        var offers = new Dictionary<(string, string), Offer>();
        foreach (var command in commands)
        {
            var decision = Decide(command, offers.GetValueOrDefault((command.Seller, command.Sku)));
            if (decision.Refusal is not null) continue;
            var after = Fold(offers.GetValueOrDefault((command.Seller, command.Sku)), decision)!;
            var again = Decide(command, after);

            Assert.Null(again.Refusal);
            Assert.Empty(again.Events);
            offers[(command.Seller, command.Sku)] = after;
        }
    });

    [Fact]
    public void The_events_of_a_put_fold_to_the_terms_it_commands() => ForAllSequences(commands =>
    {
        var offers = new Dictionary<(string, string), Offer>();
        foreach (var command in commands)
        {
            var before = offers.GetValueOrDefault((command.Seller, command.Sku));
            var decision = Decide(command, before);
            if (decision.Refusal is not null) continue;
            var after = Fold(before, decision)!;
            if (command is Put put)
            {
                Assert.Equal(Command(put).Terms(), after.Terms);
                Assert.False(after.IsWithdrawn);
                Assert.Equal(before is { IsPaused: true, IsWithdrawn: false }, after.IsPaused);
            }
            offers[(command.Seller, command.Sku)] = after;
        }
    });

    [Fact]
    public void Every_event_names_its_offer_and_the_product_it_is_for() => ForAllSequences(commands =>
    {
        var offers = new Dictionary<(string, string), Offer>();
        foreach (var command in commands)
        {
            var state = offers.GetValueOrDefault((command.Seller, command.Sku));
            foreach (var data in Decide(command, state).Events)
            {
                var about = Assert.IsAssignableFrom<IOfferEvent>(data);
                state = Offer.Fold(state, At(1, data));
                Assert.Equal((command.Seller, command.Sku, state.ProductId), (about.SellerId, about.Sku, about.ProductId));
            }
            if (state is not null) offers[(command.Seller, command.Sku)] = state;
        }
    });

    private static void ForAllSequences(Action<OfferCommand[]> holds) =>
        SeededProperty.Check(Thousands, Prop.ForAll(OfferCommands.Sequences(["p", "q"], ["s", "t"]), holds));

    private static void AreEqual(ModelOffer model, (Offer State, int Version) actual)
    {
        var offer = actual.State;
        Assert.Equal(
            (model.Status, model.Product, model.Type, model.Condition, model.Note, model.Price, model.Shipping, model.Currency),
            (Word.Of(offer.Status), offer.ProductId, Word.Of(offer.Terms.ListingType), Word.Of(offer.Terms.Condition), offer.Terms.ConditionNote,
                offer.Terms.Price.Amount, offer.Terms.Shipping.Amount, offer.Terms.Price.Currency));
        Assert.Equal((model.Quantity, model.Paused, model.Version), (offer.Terms.Quantity, offer.IsPaused, actual.Version));
        Assert.Equal((Noon.AddMinutes(model.Since), model.Landed), (offer.PriceSince, offer.Terms.LandedPrice.Amount));
    }

    private static Decision Decide(OfferCommand command, Offer? offer) => command switch
    {
        Put put => PostOfferEndpoint.Decide(Command(put), put.Seller, put.Sku, offer),
        Patch patch => ReviseOfferEndpoint.Decide(Command(patch), offer),
        Pause => PauseOfferEndpoint.Decide(offer),
        Resume => ResumeOfferEndpoint.Decide(offer),
        _ => WithdrawOfferEndpoint.Decide(offer),
    };

    private static PostOffer Command(Put put) => new(put.Product, Word.Parse<ListingType>(put.Type), Word.Parse<Condition>(put.Condition), put.Note,
        new Money(put.Price, put.Currency), put.Shipping is { } shipping ? new Money(shipping, put.Currency) : null, put.Quantity);

    private static ReviseOffer Command(Patch patch) => new(
        patch.Price is { } price ? new Settable<Money>(true, new Money(price, patch.Currency)) : default,
        patch.RemovesShipping ? new Settable<Money>(true, null)
            : patch.Shipping is { } shipping ? new Settable<Money>(true, new Money(shipping, patch.Currency))
            : default,
        patch.Quantity is { } quantity ? new Settable<int>(true, quantity) : default, null);
}
