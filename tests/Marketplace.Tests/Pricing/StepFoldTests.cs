using FsCheck;
using FsCheck.Fluent;
using Marketplace.Pricing;

namespace Marketplace.Tests.Pricing;

public sealed class StepFoldTests
{
    private static readonly PriceGroup Group = new("p", "zShops", "USD");
    private static readonly PriceGroup Elsewhere = new("q", "zShops", "USD");
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_step_is_made_where_the_winner_or_the_number_of_offers_changes_and_nowhere_else()
    {
        var steps = ByPosition(
            Change("a", 10, at: 1), Change("b", 12, at: 2), Change("b", 13, at: 3), Change("b", 9, at: 4), Change("a", 11, at: 5));

        Assert.Equal(["1 a 10 of 1 price", "2 a 10 of 2", "4 b 9 of 2 price"], steps.Select(Words));
    }

    [Fact]
    public void The_last_offer_to_go_leaves_an_empty_step()
    {
        var steps = ByPosition(Change("a", 10, at: 1), Change("a", 10, at: 2, quantity: 0), Change("a", 10, at: 3));
        Assert.Equal(["1 a 10 of 1 price", "2 nobody of 0 price", "3 a 10 of 1 price"], steps.Select(Words));
    }

    [Fact]
    public void What_changes_back_within_one_instant_leaves_no_step_in_effective_time()
    {
        OfferChange[] changes = [Change("a", 10, at: 1), Change("a", 5, at: 2, position: 2), Change("a", 10, at: 2, position: 3, since: 1), Change("a", 7, at: 4)];
        Assert.Equal(["1 a 10 of 1 price", "4 a 7 of 1 price"], ByInstant(changes).Select(Words));
        Assert.Equal(4, ByPosition(changes).Count());
    }

    [Fact]
    public void Of_several_changes_at_one_instant_the_last_that_mattered_names_the_position()
    {
        var step = Assert.Single(ByInstant(
            [Change("a", 10, at: 1, position: 1), Change("b", 9, at: 1, position: 2), Change("b", 8, at: 1, position: 3), Change("c", 20, at: 1, position: 4), Change("c", 21, at: 1, position: 5)]));
        Assert.Equal(4, step.Position);
        Assert.Equal(3, step.Standing.OfferCount);
    }

    [Fact]
    public void Ties_go_to_the_price_that_took_effect_first_then_to_the_lesser_seller_then_to_the_lesser_sku()
    {
        Contender[] ranked =
        [
            Contend("zed", "z", 9, since: 5), Contend("zed", "z", 10, since: 1), Contend("Zed", "a", 10, since: 2), Contend("amy", "B", 10, since: 2),
            Contend("amy", "a", 10, since: 2),
        ];
        Assert.Equal(ranked, ranked.Reverse().Order());
    }

    [Fact]
    public void What_changes_nothing_of_the_winner_but_its_quantity_is_no_step()
    {
        var competition = new Competition(Group);
        var steps = StepFold.ByPosition(competition, Group, [Change("a", 10, at: 1), Change("a", 10, at: 2, quantity: 7, since: 1)]).ToArray();
        Assert.Equal(["1 a 10 of 1 price"], steps.Select(Words));
        Assert.Equal((1, 2), (steps[0].Standing.Winner!.TermsAt, competition.Standing.Winner!.TermsAt));
    }

    [Fact]
    public void An_offer_that_is_set_back_leaves_the_competition_as_it_was_without_it()
    {
        var competition = new Competition(Group);
        competition.Apply(Change("a", 10, at: 1));
        var before = competition.Standing;
        competition.Apply(Change("b", 5, at: 2));
        competition.Set(new OfferId("b", "k"), null, 0);
        Assert.Equal(before, competition.Standing);
    }

    [Fact]
    public void Where_changes_take_effect_in_the_order_of_the_log_the_steps_by_position_tell_those_by_instant() =>
        SeededProperty.Check(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Changes().ToArbitrary(), Gen.Choose(0, 29).ToArbitrary(), (changes, cut) =>
        {
            // A batch may begin anywhere but within an instant.
            while (cut > 0 && cut < changes.Length && changes[cut - 1].EffectiveAt == changes[cut].EffectiveAt) cut--;
            var competition = new Competition(Group);
            foreach (var change in changes.Take(cut)) competition.Apply(change);
            var both = StepFold.InBothOrders(competition.Standing, StepFold.ByPosition(competition, Group, changes.Skip(cut)).ToList());
            var again = new Competition(Group);
            foreach (var change in changes.Take(cut)) again.Apply(change);
            Assert.Equal(
                StepFold.ByInstant(again, Group, changes.Skip(cut).ToArray()),
                both.Where(s => s.ByInstant).Select(s => s.Step with { IsPriceStep = s.IsPriceStep }));
        }));

    [Fact]
    public void An_offer_that_competes_elsewhere_does_not_count()
    {
        var moved = Change("a", 1, at: 1) with { State = Change("a", 1, at: 1).State with { Group = Elsewhere } };
        Assert.Empty(ByPosition(moved));
    }

    [Fact]
    public void However_the_changes_are_cut_into_batches_the_steps_are_those_of_a_plain_fold() =>
        SeededProperty.Check(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Changes().ToArbitrary(), Gen.Choose(1, 6).ToArbitrary(), (changes, size) =>
        {
            var (steps, competition) = (new List<Step>(), new Competition(Group));
            foreach (var batch in changes.Chunk(size)) steps.AddRange(StepFold.ByPosition(competition, Group, batch));
            foreach (var change in changes)
                Assert.Equal(Plain(changes.Where(c => c.Position <= change.Position)),
                    steps.LastOrDefault(s => s.Position <= change.Position)?.Standing ?? Standing.Empty);
            foreach (var (before, after) in steps.Zip(steps.Skip(1))) Assert.NotEqual(before.Standing, after.Standing);
        }));

    [Fact]
    public void At_every_instant_the_last_step_is_what_a_plain_fold_of_everything_effective_by_then_gives() =>
        SeededProperty.Check(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Changes().ToArbitrary(), changes =>
        {
            var steps = ByInstant(changes).ToArray();
            foreach (var instant in changes.Select(c => c.EffectiveAt).Distinct())
                Assert.Equal(Plain(changes.Where(c => c.EffectiveAt <= instant)),
                    steps.LastOrDefault(s => s.EffectiveAt <= instant)?.Standing ?? Standing.Empty);
            Assert.Equal(steps.Select(s => s.EffectiveAt).Distinct(), steps.Select(s => s.EffectiveAt));
        }));

    private static Gen<OfferChange[]> Changes() =>
        from length in Gen.Choose(1, 30)
        from moves in (from offer in Gen.Elements("a", "b", "c", "d") from price in Gen.Choose(1, 4) from quantity in Gen.Choose(0, 2) from later in Gen.Choose(0, 1)
            select (offer, price, quantity, later)).ListOf(length)
        select Order(moves.ToArray());

    private static OfferChange[] Order((string Offer, int Price, int Quantity, int Later)[] moves)
    {
        var (changes, instant) = (new List<OfferChange>(), 1);
        foreach (var move in moves)
            changes.Add(Change(move.Offer, move.Price, at: instant += move.Later, quantity: move.Quantity, position: changes.Count + 1));
        return [.. changes];
    }

    private static Standing Plain(IEnumerable<OfferChange> changes)
    {
        var last = changes.OrderBy(c => c.EffectiveAt).ThenBy(c => c.Position).GroupBy(c => c.Offer).Select(g => g.Last());
        var active = last.Where(c => c.State.Active).OrderBy(c => c.State.Price + c.State.Shipping).ThenBy(c => c.State.PriceSince)
            .ThenBy(c => c.Offer.SellerId, StringComparer.Ordinal).ThenBy(c => c.Offer.Sku, StringComparer.Ordinal).ToArray();
        return new Standing(active is [var best, ..] ? Contender.Of(best.Offer, best.State, Group, best.Position) : null, active.Length);
    }

    private static IEnumerable<Step> ByPosition(params OfferChange[] changes) => StepFold.ByPosition(new Competition(Group), Group, changes);

    private static IEnumerable<Step> ByInstant(OfferChange[] changes) => StepFold.ByInstant(new Competition(Group), Group, changes);

    private static string Words(Step step) =>
        $"{step.Position} {(step.Standing.Winner is { } w ? $"{w.Offer.SellerId} {w.Price + w.Shipping:0}" : "nobody")} of {step.Standing.OfferCount}{(step.IsPriceStep ? " price" : "")}";

    private static OfferChange Change(string seller, decimal price, int at, int quantity = 1, int? position = null, int? since = null) => new(
        new OfferId(seller, "k"), new OfferState(Group, "new", price, 0, quantity, false, false, Start.AddHours(since ?? at)), Start.AddHours(at), position ?? at, position ?? at);

    private static Contender Contend(string seller, string sku, decimal price, int since) =>
        new(new OfferId(seller, sku), "new", price, 0, Start.AddHours(since), since);
}
