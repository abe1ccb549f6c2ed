using Marketplace.Domain;
using Marketplace.Feeds;
using Marketplace.Offers;
using static Marketplace.Tests.Domain.Stored;

namespace Marketplace.Tests.Feeds;

public class DecidedBatchTests
{
    private const string Reprice = """{"op":"patch","sku":"SKU","price":{"amount":5,"currency":"USD"}}""";
    private const string Restock = """{"op":"patch","sku":"SKU","quantity":0}""";

    [Fact]
    public void Two_batches_are_stored_at_once_only_where_they_cannot_wait_for_each_other()
    {
        var before = Batch(Reprice, "a", "b");

        Assert.True(Batch(Reprice, "c").CanBeStoredBeside(before));
        Assert.False(Batch(Reprice, "c", "b").CanBeStoredBeside(before));
        // Counters depend on it.
        Assert.False(Batch(Restock, "c").CanBeStoredBeside(before));
        Assert.False(before.CanBeStoredBeside(Batch(Restock, "c")));
        Assert.False((Batch(Reprice, "c") with { IsLocked = true }).CanBeStoredBeside(before));
        Assert.False(Batch(Reprice, "c").CanBeStoredBeside(before with { IsLocked = true }));
    }

    [Fact]
    public void An_offer_that_a_line_leaves_as_it_was_counts_as_named()
    {
        var unchanged = Batch(Reprice.Replace("5", "1", StringComparison.Ordinal), "a");

        Assert.Empty(unchanged.Batch.Events);
        Assert.False(unchanged.CanBeStoredBeside(Batch(Reprice, "a")));
        Assert.False(Batch(Reprice, "a").CanBeStoredBeside(unchanged));
    }

    private static DecidedBatch Batch(string line, params string[] skus)
    {
        var job = new FeedJob(Guid.NewGuid(), "s", "seller:s", null, 100, 0);
        var states = skus.ToDictionary(sku => sku, sku => new OfferSnapshot(Fold<Offer>(null, Decision.Record(
            new OfferPosted("p", "s", sku, new Terms(ListingType.Used, Condition.Good, null, Usd(1m), Usd(0m), 1)))), 1));
        var batch = new FeedBatch(job, states, new HashSet<string>(), Noon, fact => At(1, fact));
        foreach (var sku in skus) batch.Decide(1, Lines.Read(line.Replace("SKU", sku, StringComparison.Ordinal)));
        return new DecidedBatch(job, states, batch, Session: null!, IsLocked: false, Noon, Noon);
    }
}
