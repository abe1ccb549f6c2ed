using Marketplace.HttpTests.Feeds;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.FaultTests;

/// <summary>
/// A crash of the server takes the sequence of the events' numbers back to what was on disk, so that it may give numbers again which are in
/// use. That is nobody's fault who writes just then: a request is asked to come again, and the lines of a feed wait a moment.
/// </summary>
public sealed class TakenNumberTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    [Fact]
    public async Task A_write_that_is_given_one_changes_nothing_and_succeeds_when_it_comes_again()
    {
        var (_, seller, offer) = await app.Api.OfferAsync();
        var before = await app.EventsAsync();
        await TakeBackAsync(1);

        var refused = (await app.Api.PatchAsync(offer, new { quantity = 7 })).ShouldBeProblem(503);

        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        Assert.Equal(before, await app.EventsAsync());
        (await app.Api.PatchAsync(offer, new { quantity = 7 })).ShouldBe(200);
        Assert.Equal(before + 1, await app.EventsAsync());
    }

    [Fact]
    public async Task No_line_of_a_feed_is_rejected_for_it()
    {
        var product = await app.Api.NewProductAsync();
        var shelf = new Shelf(app.Api.Persistent, MarketplaceFixture.NewId("seller"));
        await shelf.ApplyAsync(Enumerable.Range(0, 20).Select(n => Shelf.Put(product, $"s{n}", 9_999m)));
        await TakeBackAsync(10);

        var feed = await shelf.ApplyAsync(Enumerable.Range(0, 20).Select(n => Shelf.Reprice($"s{n}", n + 1)));

        Assert.Equal((20, 0), ((int)feed["accepted"]!, (int)feed["rejected"]!));
    }

    private Task TakeBackAsync(int numbers) => app.Database.ExecuteAsync(
        $"select setval('marketplace.mt_events_sequence', (select max(seq_id) from marketplace.mt_events) - {numbers})");
}
