using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.FaultTests;

/// <summary>
/// The event store sends nothing again that the server refused: numbers drawn in the transaction that failed would be stored among later ones.
/// The write path tries once more, alone and with new numbers; then the caller is asked to come again.
/// </summary>
public sealed class SavedOnceTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    // A sequence counts what no rollback undoes. The packages store a mark in place of each number that they did not use.
    private const string RefuseEvents = """
        create sequence marketplace.tries;
        create function marketplace.refuse() returns trigger language plpgsql as $$
        begin
            perform nextval('marketplace.tries');
            raise exception 'deadlock detected' using errcode = '40P01';
        end $$;
        create trigger refuse before insert on marketplace.mt_events for each row when (new.type <> 'tombstone')
            execute function marketplace.refuse();
        """;

    [Fact]
    public async Task A_save_that_met_a_deadlock_is_tried_once_more_with_new_numbers_and_then_the_caller_told_to_come_again()
    {
        var (_, seller, offer) = await app.Api.OfferAsync();
        var key = $"offer/{seller}/sku-1";
        var before = await app.EventsAsync(key);
        await app.Database.ExecuteAsync(RefuseEvents);

        var refused = (await app.Api.PatchAsync(offer, new { quantity = 7 })).ShouldBeProblem(503);

        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        Assert.Equal(2, await app.Database.ScalarAsync<long>("select last_value from marketplace.tries where is_called"));
        await app.Database.ExecuteAsync("drop trigger refuse on marketplace.mt_events");
        Assert.Equal(before, await app.EventsAsync(key));
        (await app.Api.PatchAsync(offer, new { quantity = 7 })).ShouldBe(200);
    }
}
