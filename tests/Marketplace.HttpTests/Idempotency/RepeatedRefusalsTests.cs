using Marketplace.Hosting;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Npgsql;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>A repeat of a refused write is refused in the same words, though by now it could succeed; unless the refusal was not about the request.</summary>
public class RepeatedRefusalsTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private const string Put = "PUT /v1/sellers/{sellerId}/offers/{sku}";
    private const string Patch = "PATCH /v1/sellers/{sellerId}/offers/{sku}";

    private Api Api => app.Api;

    [Fact]
    public async Task An_unknown_product_stays_unknown_to_the_request_that_asked_for_it_too_early()
    {
        var product = MarketplaceFixture.NewId("book");
        var write = new Keyed(Put, Given.Offer(MarketplaceFixture.NewId("seller")), Given.Terms(product, 20m));

        var first = (await write.FirstAsync(Api)).ShouldBeProblem(404);
        (await Api.PutAsync($"/v1/products/{product}", new { title = "Here now" })).ShouldBe(201);

        await RepeatsAsync(write, first);
        await (write with { Key = Keyed.NewKey() }).FirstAsync(Api).ContinueWith(answer => answer.Result.ShouldBe(201));
    }

    [Fact]
    public async Task An_unknown_offer_stays_unknown()
    {
        var (product, _, _) = await Api.OfferAsync();
        var url = Given.Offer(MarketplaceFixture.NewId("seller"));
        var write = new Keyed(Patch, url, new { quantity = 5 });

        var first = (await write.FirstAsync(Api)).ShouldBeProblem(404);
        (await Api.PutAsync(url, Given.Terms(product, 20m))).ShouldBe(201);

        await RepeatsAsync(write, first);
    }

    [Fact]
    public async Task A_conflict_stays_one()
    {
        var (product, _, url) = await Api.OfferAsync();
        (await Api.DeleteAsync(url)).ShouldBe(204);
        var write = new Keyed("POST /v1/sellers/{sellerId}/offers/{sku}/pause", url + "/pause");

        var first = (await write.FirstAsync(Api)).ShouldBeProblem(409);
        (await Api.PutAsync(url, Given.Terms(product, 20m))).ShouldBe(200);

        await RepeatsAsync(write, first);
    }

    [Fact]
    public async Task A_stale_version_stays_stale()
    {
        var (_, _, url) = await Api.OfferAsync();
        var write = new Keyed(Patch, url, new { quantity = 5 }) { Headers = [("If-Match", "\"2\"")] };

        var first = (await write.FirstAsync(Api)).ShouldBeProblem(412);
        (await Api.PatchAsync(url, new { quantity = 2 })).ShouldBe(200);

        await RepeatsAsync(write, first);
    }

    [Theory]
    [InlineData(Patch, "", """{"quantity": -1}""")]
    [InlineData(Patch, "", """{"quantity": 1, "colour": "red"}""")]
    [InlineData(Patch, "", """{"quantity": """)]
    [InlineData(Patch, "", "")]
    [InlineData(Patch, "?colour=red", """{"quantity": 5}""")]
    [InlineData("POST /v1/sellers/{sellerId}/offers/{sku}/pause", "a~b/pause", null)]
    public async Task What_is_invalid_is_told_in_the_same_words(string operation, string behind, string? body)
    {
        var write = new Keyed(operation, (await Api.OfferAsync()).Url + behind, body);

        var first = (await write.FirstAsync(Api)).ShouldBeProblem(400);

        await RepeatsAsync(write, first);
    }

    [Fact]
    public async Task Invalid_headers_are_told_in_the_same_words()
    {
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 }) { Headers = [("Marketplace-Cause", "whim")] };

        var first = (await write.FirstAsync(Api)).ShouldBeProblem(400, "Marketplace-Cause");

        await RepeatsAsync(write, first);
    }

    [Fact]
    public async Task The_trace_in_a_repeated_refusal_is_that_of_the_first()
    {
        var write = new Keyed(Patch, Given.Offer(MarketplaceFixture.NewId("seller")), new { quantity = 5 })
        {
            Headers = [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")],
        };

        var first = (await write.FirstAsync(Api)).ShouldBeProblem(404);

        await (write with { Headers = [("traceparent", "00-1bf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")] }).AgainAsync(Api, first);
    }

    [Theory]
    [InlineData(406, "Accept", "text/html")]
    [InlineData(415, "Content-Type", "text/plain")]
    public async Task A_form_that_was_refused_may_be_put_right_under_the_same_key(int status, string header, string value)
    {
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 });

        (await (write with { Headers = [(header, value)] }).FirstAsync(Api)).ShouldBeProblem(status);

        await SucceedsAsync(write);
    }

    [Fact]
    public async Task A_body_too_large_is_not_remembered()
    {
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 });

        (await (write with { Body = new { reason = new string('r', 300 * 1024) } }).FirstAsync(Api)).ShouldBeProblem(413);

        await SucceedsAsync(write);
    }

    [Fact]
    public async Task A_refusal_that_passes_by_itself_is_not_remembered()
    {
        // Whoever rebuilds holds this lock.
        await using var other = await app.Database.OpenAsync();
        await using (var hold = new NpgsqlCommand($"select pg_advisory_lock({0x4D61726B_65740002})", other)) await hold.ExecuteNonQueryAsync();
        var write = new Keyed("POST /v1/operations/rebuild/{name}", "/v1/operations/rebuild/Products");

        var running = (await write.FirstAsync(Api)).ShouldBeProblem(409);
        Assert.True(int.Parse(running.Headers["Retry-After"]) > 0);
        await using (var free = new NpgsqlCommand($"select pg_advisory_unlock({0x4D61726B_65740002})", other)) await free.ExecuteNonQueryAsync();

        await SucceedsAsync(write);
    }

    [Fact]
    public async Task A_failure_of_the_program_is_not_remembered()
    {
        var write = new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 5 });
        await app.Database.ExecuteAsync("alter table marketplace.current_offer rename to lost");
        try
        {
            (await write.FirstAsync(Api)).ShouldBeProblem(500);
        }
        finally
        {
            await app.Database.ExecuteAsync("alter table marketplace.lost rename to current_offer");
        }
        await SucceedsAsync(write);
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_kept_is_not_given()
    {
        var write = new Keyed(Patch, Given.Offer(MarketplaceFixture.NewId("seller")), new { quantity = 5 });
        await app.Database.ExecuteAsync("create function marketplace.full() returns trigger language plpgsql as $$ begin raise sqlstate '53100'; end $$");
        await app.Database.ExecuteAsync(
            "create trigger is_full before insert on marketplace.idempotency_key for each row execute function marketplace.full()");
        try
        {
            (await write.FirstAsync(Api)).ShouldBeProblem(503);
        }
        finally
        {
            await app.Database.ExecuteAsync("drop function marketplace.full() cascade");
        }
        (await write.FirstAsync(Api)).ShouldBeProblem(404);
    }

    private async Task RepeatsAsync(Keyed write, Answered first)
    {
        var before = await app.EventsAsync();
        await write.AgainAsync(Api, first);
        await using var successor = await Instances.StartAsync(app.Database.ConnectionString);
        await write.AgainAsync(new Api(successor), first);
        Assert.Equal(before, await app.EventsAsync());
    }

    private async Task SucceedsAsync(Keyed write)
    {
        var first = (await write.FirstAsync(Api)).ShouldBe(200);
        await write.AgainAsync(Api, first);
    }
}
