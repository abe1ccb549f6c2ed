using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TestSupport;

namespace Marketplace.FaultTests;

/// <summary>The server has committed, and every connection is cut before its answer arrives.</summary>
public sealed class CutCommitTests
{
    private const int Offers = 40;

    private const string OfRound = "select count(*) from marketplace.mt_events where type = 'offer_restocked' and (data ->> 'newQuantity')::int = $1";

    [Fact]
    public Task Writes_whose_answers_are_lost_are_each_there_once_or_not_at_all_and_told_as_503() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var host = await MarketplaceFixture.StartAsync(proxy.ConnectionString);
        var (api, random) = (new Api(host), new Random(seed));
        var product = await api.NewProductAsync();
        var offers = Enumerable.Range(0, Offers).Select(n => Given.Offer($"seller{n}")).ToArray();
        foreach (var offer in offers) (await api.PutAsync(offer, Given.Terms(product, 20m, listingType: "zShops"))).ShouldBe(201);
        for (var round = 0; round < 6; round++)
        {
            // One alone, or many that may share a commit.
            var many = round % 2 == 0 ? 1 : Offers;
            var (quantity, least) = (100 + round, many == 1 ? 1 : random.Next(1, Offers / 2));
            var cut = proxy.CutOnceAsync(async () => await database.ScalarAsync<long>(OfRound, quantity) >= least);

            var answers = await Task.WhenAll(offers.Take(many).Select(async offer => (offer, Answer: await api.PatchAsync(offer, new { quantity }))));

            await cut.WaitAsync(MarketplaceFixture.Patience);
            Assert.Contains(answers, one => one.Answer.Status == 503);
            foreach (var (offer, answer) in answers)
            {
                answer.ShouldBeOneOf(200, 503);
                var times = await database.ScalarAsync<long>(OfRound + " and stream_id = $2", quantity, $"offer/{offer.Split('/')[3]}/sku-1");
                Assert.True(answer.Status == 200 ? times == 1 : times <= 1, $"{offer} was answered with {answer.Status} and restocked {times} times.");
            }
            host.Services.GetRequiredService<NpgsqlDataSource>().Clear();
            // What the program remembers may be behind what was stored unheard; that costs nobody a refusal.
            foreach (var offer in offers) (await api.Persistent.PatchAsync(offer, new { quantity = 1 + round })).ShouldBe(200);
        }
        await AuditAsync(host, database, product, seed);
    });

    [Fact]
    public Task A_page_of_a_read_model_whose_answer_is_lost_is_not_applied_again() => Seeded.RunAsync(async seed =>
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var host = await MarketplaceFixture.StartAsync(proxy.ConnectionString);
        // Whoever writes just then may meet a connection that was cut; the same write again records nothing more.
        var api = new Api(host).Persistent;
        var product = await api.NewProductAsync();
        (await api.PutAsync(Given.Offer("powells"), Given.Terms(product, 20m, listingType: "zShops"))).ShouldBe(201);
        (await api.PostAsync($"/v1/products/{product}/reviews", new { reviewerId = "ann", rating = 4, title = "t", body = "b" })).ShouldBe(201);
        for (var round = 0; round < 4; round++)
        {
            var table = round % 2 == 0 ? "offer_terms" : "review_history";
            var last = await database.ScalarAsync<long>("select max(seq_id) from marketplace.mt_events");
            var cut = proxy.CutOnceAsync(() => database.ScalarAsync<bool>($"select exists (select from marketplace.{table} where position > $1)", last));

            (await api.PatchAsync(Given.Offer("powells"), new { price = new { amount = 30 + round, currency = "USD" } })).ShouldBe(200);
            (await api.PutAsync($"/v1/reviews/{product}~ann/votes/bob", new { helpful = round % 2 == 0 })).ShouldBe(200);

            await cut.WaitAsync(MarketplaceFixture.Patience);
        }
        await AuditAsync(host, database, product, seed);
    });

    private static async Task AuditAsync(Alba.IAlbaHost host, TestDatabase database, string product, int seed)
    {
        using var client = MarketplaceFixture.NewClient(host);
        var audit = new LogAudit(database.ConnectionString, seed);
        await audit.StreamsAsync();
        await audit.ReadModelsAsync(client, product);
    }
}
