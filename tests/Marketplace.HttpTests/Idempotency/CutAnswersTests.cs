using System.Net;
using System.Net.Http.Json;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>The database has committed, and the answer is lost on the way: a repeat is given it, and nothing is done twice.</summary>
public class CutAnswersTests
{
    private const string Seller = "powells";

    [Fact]
    public async Task A_commit_whose_word_is_lost_between_database_and_program_is_found_by_the_repeat()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var untouched = await MarketplaceFixture.StartAsync(database.ConnectionString);
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var host = await MarketplaceFixture.StartAsync(proxy.ConnectionString);
        var (calm, api) = (new Api(untouched), new Api(host));
        foreach (var (name, one) in EveryWrite.All)
        {
            var (write, status, recorded) = await one.Ready(calm);
            if (recorded == 0) continue;
            var before = await EventsAsync(database);
            var cut = proxy.CutOnceAsync(async () => await EventsAsync(database) >= before + recorded);

            (await write.SendAsync(api)).ShouldBeProblem(503);
            await cut.WaitAsync(MarketplaceFixture.Patience);
            Assert.True(await EventsAsync(database) == before + recorded, name);

            // The pool may hold more connections that were cut.
            var answer = await write.SendAsync(api);
            for (var attempt = 0; answer.Status == 503 && attempt < 50; attempt++) answer = await write.SendAsync(api);
            host.Services.GetRequiredService<NpgsqlDataSource>().Clear();
            answer.ShouldBe(status);
            Assert.True(answer.Headers.GetValueOrDefault("Idempotency-Replayed") == "true", name);
            Assert.True(await EventsAsync(database) == before + recorded, name);
            await write.AgainAsync(calm, answer);
            await one.Later(calm, write.Url);
            await write.AgainAsync(api, answer);
        }
    }

    [Fact]
    public async Task An_answer_lost_between_program_and_client_is_given_to_the_repeat()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString));
        await OfferAsync(program.Client);
        await using var proxy = new CuttingProxy(program.Client.BaseAddress!.Port);
        using var client = new HttpClient(new FittingTokens(new SocketsHttpHandler())) { BaseAddress = new Uri($"http://127.0.0.1:{proxy.Port}") };
        for (var round = 0; round < 5; round++)
        {
            var (key, quantity) = (Keyed.NewKey(), 10 + round);
            var before = await EventsAsync(database);
            var cut = proxy.CutOnceAsync(async () => await EventsAsync(database) > before);

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => RestockAsync(client, key, quantity));
            await cut.WaitAsync(MarketplaceFixture.Patience);

            using var repeat = await AnsweredAsync(() => RestockAsync(client, key, quantity));
            ShouldBeReplayed(repeat);
            Assert.Equal(before + 1, await EventsAsync(database));
        }
    }

    [Fact]
    public async Task A_program_killed_behind_its_commit_leaves_the_answer_to_its_successor()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var killed = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", proxy.ConnectionString));
        await OfferAsync(killed.Client);
        var key = Keyed.NewKey();
        var before = await EventsAsync(database);
        var cut = proxy.CutOnceAsync(async () =>
        {
            if (await EventsAsync(database) == before) return false;
            await killed.KillAsync();
            return true;
        });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => RestockAsync(killed.Client, key, 7));
        await cut.WaitAsync(MarketplaceFixture.Patience);

        await using var successor = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString));
        using var repeat = await RestockAsync(successor.Client, key, 7);
        ShouldBeReplayed(repeat);
        Assert.Equal(before + 1, await EventsAsync(database));
        using var other = await RestockAsync(successor.Client, key, 8);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    private static async Task OfferAsync(HttpClient client)
    {
        (await client.PutAsJsonAsync("/v1/products/book", new { title = "A book" })).EnsureSuccessStatusCode();
        (await client.PutAsJsonAsync(Given.Offer(Seller), Given.Terms("book", 20m))).EnsureSuccessStatusCode();
    }

    private static async Task<HttpResponseMessage> RestockAsync(HttpClient client, string key, int quantity)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, Given.Offer(Seller)) { Content = JsonContent.Create(new { quantity }) };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    // The first may still be on its way out at the program, or the client may try a connection that was cut.
    private static async Task<HttpResponseMessage> AnsweredAsync(Func<Task<HttpResponseMessage>> send)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var answer = await send();
                if (answer.StatusCode != HttpStatusCode.Conflict || attempt == 50) return answer;
                answer.Dispose();
            }
            catch (HttpRequestException) when (attempt < 50)
            {
            }
            await Task.Delay(50);
        }
    }

    private static void ShouldBeReplayed(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("true", Assert.Single(answer.Headers.GetValues("Idempotency-Replayed")));
    }

    private static Task<long> EventsAsync(TestDatabase database) => database.ScalarAsync<long>("select count(*) from marketplace.mt_events");
}
