using System.Net;
using System.Net.Http.Json;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Limits;

namespace Marketplace.HttpTests.Limits;

public sealed class DefaultLimitsTests
{
    [Fact]
    public async Task A_thousand_requests_at_once_of_one_caller_are_all_served_with_the_limits_as_they_are()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(("ConnectionStrings__Marketplace", database.ConnectionString),
            ("Limits__RequestsPerSecond", $"{LimitSettings.RequestsPerSecond.Default}"));
        (await program.Client.PutAsJsonAsync("/v1/products/popular", new { title = "Popular" })).EnsureSuccessStatusCode();

        var writes = Enumerable.Range(0, 500).Select(i => program.Client.PutAsJsonAsync(Given.Offer("busy", $"sku-{i}"), Given.Terms("popular", 5m + i)));
        var reads = Enumerable.Range(0, 500).Select(_ => program.Client.GetAsync("/v1/products/popular/lowest-prices"));
        var answers = await Task.WhenAll(writes.Concat(reads));

        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Created }));
    }
}
