using Alba;
using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Idempotency;
using Marketplace.Storage;
using Marketplace.WritePath;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>Many repeats at once, at one instance and at two: one effect, one answer; whoever comes while it runs is told so.</summary>
public sealed class ConcurrentRepeatsTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>, IAsyncLifetime
{
    private const string Patch = "PATCH /v1/sellers/{sellerId}/offers/{sku}";
    private IAlbaHost _second = null!;

    private Api Api => app.Api;

    private Api Other => new(_second);

    public async Task InitializeAsync() => _second = await MarketplaceFixture.StartAsync(app.Database.ConnectionString);

    public async Task DisposeAsync() => await _second.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_many_at_once_one_has_an_effect_and_all_that_are_answered_are_answered_alike(int instances)
    {
        var (_, seller, url) = await Api.OfferAsync();
        for (var round = 1; round <= 10; round++)
        {
            // Were it done twice, the second time would do something: in between the price goes back and forth.
            var write = new Keyed(Patch, url, new { price = new { amount = 20 + round, currency = "USD" }, quantity = 100 + round });
            var before = await app.EventsAsync($"offer/{seller}/sku-1");
            var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => write.SendAsync(i % instances == 0 ? Api : Other))));
            (await Api.PatchAsync(url, new { price = new { amount = 10, currency = "USD" }, quantity = 1 })).ShouldBe(200);
            var later = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => write.SendAsync(i % instances == 0 ? Other : Api))));

            Assert.Equal(before + 4, await app.EventsAsync($"offer/{seller}/sku-1"));
            var first = Assert.Single(answers, answer => answer.Status == 200 && !answer.Headers.ContainsKey("Idempotency-Replayed"));
            foreach (var answer in answers.Concat(later))
            {
                if (answer.Status == 409) ShouldBeRunning(answer);
                else Assert.Equal((200, first.Body, first.ETag, first.Position), (answer.Status, answer.Body, answer.ETag, answer.Position));
            }
            await write.AgainAsync(Api, first);
            await write.AgainAsync(Other, first);
        }
    }

    [Fact]
    public async Task Of_many_refused_at_once_all_are_refused_in_the_same_words()
    {
        for (var round = 0; round < 10; round++)
        {
            var write = new Keyed(Patch, Given.Offer(MarketplaceFixture.NewId("seller")), new { quantity = 5 });
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => write.SendAsync(i % 2 == 0 ? Api : Other))));

            var first = Assert.Single(answers, answer => answer.Status == 404 && !answer.Headers.ContainsKey("Idempotency-Replayed"));
            foreach (var answer in answers)
            {
                if (answer.Status == 409) ShouldBeRunning(answer);
                else Assert.Equal((404, first.Body), (answer.Status, answer.Body));
            }
        }
    }

    [Fact]
    public async Task While_the_first_runs_a_repeat_is_409_and_another_caller_s_or_key_s_request_is_not()
    {
        var (_, seller, url) = await Api.OfferAsync();
        var write = new Keyed(Patch, url, new { quantity = 5 });
        await using var held = await HoldAsync($"offer/{seller}/sku-1");
        var first = write.SendAsync(Api);
        await held.ShouldBeWaitedForAsync(1);

        ShouldBeRunning(await write.SendAsync(Api));
        ShouldBeRunning(await (write with { Body = new { quantity = 6 } }).SendAsync(Api));
        (await new Keyed(Patch, (await Api.OfferAsync()).Url, new { quantity = 6 }).FirstAsync(Api)).ShouldBe(200);
        await held.DisposeAsync();

        await write.AgainAsync(Api, (await first).ShouldBe(200));
    }

    [Fact]
    public async Task A_request_that_runs_at_two_instances_has_one_effect_and_one_answer()
    {
        var (_, seller, url) = await Api.OfferAsync();
        var write = new Keyed(Patch, url, new { quantity = 5 });
        await using var held = await HoldAsync($"offer/{seller}/sku-1");
        var (one, two) = (write.SendAsync(Api), write.SendAsync(Other));
        await held.ShouldBeWaitedForAsync(2);
        await held.DisposeAsync();

        var answers = await Task.WhenAll(one, two);
        Assert.Equal(2, await app.EventsAsync($"offer/{seller}/sku-1"));
        var first = Assert.Single(answers, answer => !answer.Headers.ContainsKey("Idempotency-Replayed")).ShouldBe(200);
        Assert.All(answers, answer => Assert.Equal((200, first.Body, first.ETag, first.Position), (answer.Status, answer.Body, answer.ETag, answer.Position)));
    }

    [Fact]
    public async Task Two_requests_that_run_at_two_instances_with_one_key_have_one_effect_and_the_other_is_422()
    {
        var (product, seller, url) = await Api.OfferAsync();
        (await Api.PutAsync(Given.Offer(seller, "other"), Given.Terms(product, 20m))).ShouldBe(201);
        var write = new Keyed(Patch, url, new { quantity = 5 });
        await using var held = await HoldAsync($"offer/{seller}/sku-1", $"offer/{seller}/other");
        var (one, other) = (write.SendAsync(Api), (write with { Url = Given.Offer(seller, "other") }).SendAsync(Other));
        await held.ShouldBeWaitedForAsync(2);
        await held.DisposeAsync();

        Assert.Equal([200, 422], new[] { (await one).Status, (await other).Status }.Order());
        Assert.Equal(3, await app.EventsAsync($"offer/{seller}/sku-1") + await app.EventsAsync($"offer/{seller}/other"));
    }

    [Fact]
    public async Task A_second_commit_with_one_key_is_impossible_whoever_tries()
    {
        var commands = app.Host.Services.GetRequiredService<CommandHandler>();
        var digest = Guid.NewGuid().ToByteArray();
        Intent Intent()
        {
            var keyed = new KeyedRequest(digest, [], DateTimeOffset.UtcNow.AddHours(24));
            keyed.BodyIs([]);
            return new Intent("anonymous") { Keyed = keyed };
        }
        Task<Outcome<Product>> ListAsync(string productId, Intent intent) => commands.HandleAsync<Product>($"product/{productId}", intent,
            _ => Decision.Record(new ProductListed(productId, "A title", null, null)), CancellationToken.None);
        var (one, other) = (MarketplaceFixture.NewId("book"), MarketplaceFixture.NewId("book"));
        var (first, second) = (Intent(), Intent());

        Assert.True((await ListAsync(one, first)).Changed);
        var refused = await ListAsync(other, second);

        Assert.Equal(("idempotency-key-in-use", 409, 1), (refused.Refusal!.Code, refused.Refusal.Status, refused.Refusal.RetryAfterSeconds));
        Assert.True(second.Keyed!.IsTaken && !second.Keyed.IsRecorded);
        Assert.Equal((1, 0), (await app.EventsAsync($"product/{one}"), await app.EventsAsync($"product/{other}")));
        Assert.Equal(0, await app.Database.ScalarAsync<long>("select count(*) from marketplace.product where product_id = $1", other));
    }

    private static void ShouldBeRunning(Answered answer)
    {
        answer.ShouldBeProblem(409);
        Assert.Equal("urn:marketplace:problem:idempotency-key-in-use", (string?)answer.Json["type"]);
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.False(answer.Headers.ContainsKey("Idempotency-Replayed"));
    }

    private async Task<Held> HoldAsync(params string[] streams)
    {
        var connection = await app.Database.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select version from marketplace.mt_streams where id = any ($1) for update", connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = streams });
        await command.ExecuteNonQueryAsync();
        return new Held(app, connection);
    }

    /// <summary>A stranger's locks on streams: who wants to append waits until they are given up.</summary>
    private sealed class Held(MarketplaceFixture app, NpgsqlConnection connection) : IAsyncDisposable
    {
        public Task ShouldBeWaitedForAsync(int waiters) => Eventually.TrueAsync(() => app.Database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").Result >= waiters,
            $"{waiters} wait for the stream");

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
