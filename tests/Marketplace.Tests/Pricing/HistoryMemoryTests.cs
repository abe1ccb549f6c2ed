using Marketplace.Pricing;

namespace Marketplace.Tests.Pricing;

public sealed class HistoryMemoryTests
{
    private readonly HistoryMemory _memory = new(offers: 0, groups: 0);

    [Fact]
    public void Numbers_are_given_in_order_and_never_twice()
    {
        Assert.Equal([1, 2], new[] { _memory.Number(Offer("a")).Number, _memory.Number(Offer("b")).Number });
        Assert.Equal([1, 2], new[] { _memory.Number(Group("p")).Number, _memory.Number(Group("q")).Number });
        Assert.Equal((2, 2), (_memory.Offers, _memory.Groups));
        Assert.Equal(8, new HistoryMemory(offers: 7, groups: 0).Number(Offer("c")).Number);
    }

    [Fact]
    public void A_memory_is_complete_while_it_holds_whatever_has_a_number()
    {
        Assert.True(_memory.IsComplete);
        Fill("p", "a", "b");
        Assert.True(_memory.IsComplete);
        Assert.False(new HistoryMemory(offers: 1, groups: 1).IsComplete);
        _memory.EndBatch([], most: 1);
        Assert.False(_memory.IsComplete);
    }

    [Fact]
    public void What_was_not_needed_for_the_longest_time_is_forgotten_first_with_all_its_offers()
    {
        var (p, q, r) = (Fill("p", "a", "b"), Fill("q", "c", "d"), Fill("r", "e", "f"));
        _memory.EndBatch([p, q, r], most: 6);
        _memory.EndBatch([p, r], most: 6);
        _memory.EndBatch([r], most: 5);

        Assert.Null(_memory.Find(q.Id));
        Assert.Null(_memory.Find(Offer("c")));
        Assert.Null(_memory.Find(p.Id));
        Assert.Same(r, _memory.Find(r.Id));
        Assert.NotNull(_memory.Find(Offer("f")));
        Assert.Equal(6, _memory.Offers);
    }

    [Fact]
    public void An_offer_is_never_left_in_one_of_two_groups()
    {
        var (p, q) = (Fill("p", "a"), Fill("q", "b"));
        q.Admit(_memory.Find(Offer("a"))!);
        var r = Fill("r", "c", "d", "e");
        _memory.EndBatch([q, r], most: 5);
        _memory.EndBatch([q, r], most: 4);

        Assert.All(new[] { p.Id, q.Id }, group => Assert.Null(_memory.Find(group)));
        Assert.All(new[] { "a", "b" }, seller => Assert.Null(_memory.Find(Offer(seller))));
        Assert.Same(r, _memory.Find(r.Id));
    }

    [Fact]
    public void An_offers_last_event_is_the_one_that_it_was_told_last()
    {
        var at = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var state = new OfferState(Group("p"), "good", 10.00m, 1.50m, 3, Paused: false, Withdrawn: false, at);
        OfferChange[] changes =
        [
            new(Offer("a"), state, at, Position: 7, Version: 1),
            new(Offer("a"), state with { Price = 9.00m, Shipping = 0.00m, PriceSince = at.AddHours(1) }, at.AddHours(1), 8, 2),
            new(Offer("a"), state with { Group = Group("q"), Condition = "acceptable", Quantity = 0, Paused = true, Withdrawn = true }, at.AddHours(2), 9, 3),
        ];
        var offer = _memory.Number(Offer("a"));
        Assert.Null(offer.Last);
        foreach (var before in changes)
        {
            foreach (var after in changes)
            {
                (offer.Last, offer.Last) = (before, after);
                Assert.Equal(after, offer.Last);
            }
        }

        offer.Last = null;
        Assert.Null(offer.Last);
    }

    private KnownGroup Fill(string product, params string[] sellers)
    {
        var group = _memory.Number(Group(product));
        foreach (var seller in sellers) group.Admit(_memory.Number(Offer(seller)));
        return group;
    }

    private static PriceGroup Group(string product) => new(product, "zShops", "USD");

    private static OfferId Offer(string seller) => new(seller, "k");
}
