using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using TestSupport;

namespace Marketplace.HttpTests.Feeds;

/// <summary>A feed does what the same changes do that are sent one by one: offers, outcomes, versions and events, line by line.</summary>
public sealed class FeedEqualityTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private static readonly string[] Skus = ["a", "b", "c", "d"];
    private static readonly string[] ListingTypes = ["zShops", "used"];
    private static readonly string[] Conditions = ["good", "acceptable", "new"];

    [Fact]
    public Task A_feed_of_random_lines_ends_as_the_same_lines_sent_one_by_one() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        string[] products = [await app.Api.NewProductAsync(), await app.Api.NewProductAsync(), "no-such-book"];
        var lines = Enumerable.Range(0, 250).Select(_ => Line(random, products)).ToArray();
        var bulk = new Shelf(app.Api, MarketplaceFixture.NewId("seller"));
        var single = new Shelf(app.Api, MarketplaceFixture.NewId("seller"));

        var feed = await bulk.ApplyAsync(lines.Select(line => line.ToJsonString()));
        var results = await bulk.ResultsAsync((string)feed["feedId"]!);
        for (var i = 0; i < lines.Length; i++)
        {
            var expected = await SendAsync(single, lines[i]);
            var result = results[i];
            Assert.True(expected == Told(result), $"seed {seed}, line {i + 1}: {lines[i].ToJsonString()}: {expected} one by one, {result.ToJsonString()} in the feed");
        }
        Assert.Equal(await OffersAsync(single), await OffersAsync(bulk));
        foreach (var sku in Skus) Assert.Equal(await EventsAsync(single, sku), await EventsAsync(bulk, sku));
        Assert.Equal(results.GroupBy(result => (string)result["status"]!).Select(group => (group.Key, group.Count())).Order(),
            new[] { "accepted", "rejected", "unchanged" }.Select(status => (status, (int)feed[status]!)).Where(count => count.Item2 > 0).Order());
    });

    private static JsonObject Line(Random random, string[] products)
    {
        var op = random.Next(10) switch { < 4 => "put", < 7 => "patch", 7 => "pause", 8 => "resume", _ => "withdraw" };
        var line = new JsonObject { ["op"] = op, ["sku"] = random.Next(40) == 0 ? "no sku" : Pick(random, Skus) };
        if (op == "put")
        {
            line["productId"] = products[random.Next(20) switch { 0 => 2, < 4 => 1, _ => 0 }];
            line["listingType"] = ListingTypes[random.Next(12) == 0 ? 1 : 0];
            line["condition"] = Pick(random, Conditions);
            line["price"] = Money(random);
            line["quantity"] = random.Next(-1, 3);
        }
        else if (op == "patch")
        {
            if (random.Next(3) > 0) line["price"] = Money(random);
            if (random.Next(3) == 0) line["quantity"] = random.Next(0, 3);
            if (random.Next(4) == 0) line["shipping"] = random.Next(2) == 0 ? null : Money(random);
            if (random.Next(15) == 0) line["colour"] = "red";
        }
        return line;
    }

    private static T Pick<T>(Random random, T[] all) => all[random.Next(all.Length)];

    private static JsonObject Money(Random random) => new()
    {
        ["amount"] = random.Next(20) == 0 ? 1.005m : random.Next(0, 5),
        ["currency"] = random.Next(15) == 0 ? "JPY" : "USD",
    };

    // The call that the line stands for, and how it ended: outcome and version, or the code and the members it is about.
    private async Task<string> SendAsync(Shelf shelf, JsonObject line)
    {
        var (op, sku) = ((string)line["op"]!, (string)line["sku"]!);
        var url = $"/v1/sellers/{shelf.SellerId}/offers/{Uri.EscapeDataString(sku)}";
        var before = (await shelf.Api.GetAsync(url)).Json["version"]?.GetValue<long>() ?? 0;
        var members = (JsonObject)line.DeepClone();
        members.Remove("op");
        members.Remove("sku");
        var answer = op switch
        {
            "put" => await shelf.Api.PutAsync(url, members.ToJsonString()),
            "patch" => await shelf.Api.PatchAsync(url, members.ToJsonString()),
            "withdraw" => await shelf.Api.DeleteAsync(url),
            _ => await shelf.Api.PostAsync($"{url}/{op}"),
        };
        if (answer.Status < 300)
        {
            var version = long.Parse(answer.ETag!.Trim('"'));
            return $"{(version > before ? "accepted" : "unchanged")} {version}";
        }
        // Over HTTP a bad id in the path is told before the body is looked at.
        if (sku == "no sku") return "rejected";
        return answer.Status == 400
            ? $"rejected {string.Join(' ', answer.Json["errors"]!.AsObject().Select(error => error.Key).Order())}"
            : $"rejected {((string)answer.Json["type"]!)["urn:marketplace:problem:".Length..]}";
    }

    private static string Told(JsonNode result)
    {
        if ((string)result["status"]! != "rejected") return $"{(string)result["status"]!} {(long)result["version"]!}";
        if ((string?)result["sku"] == "no sku") return "rejected";
        var errors = result["errors"]!.AsArray();
        return (string)errors[0]!["code"]! is var code && (code == "not-found" || code.EndsWith("-fixed") || code == "offer-withdrawn")
            ? $"rejected {code}"
            : $"rejected {string.Join(' ', errors.Select(error => (string)error!["path"]!).Distinct().Order())}";
    }

    private async Task<string> OffersAsync(Shelf shelf)
    {
        var offers = (await app.Api.GetAsync($"/v1/sellers/{shelf.SellerId}/offers")).ShouldBe(200).Json["items"]!.AsArray();
        foreach (var offer in offers)
        {
            offer!["sellerId"] = null;
            offer["priceSince"] = null;
        }
        return offers.ToJsonString();
    }

    private async Task<string> EventsAsync(Shelf shelf, string sku)
    {
        var answer = await app.Api.As("auditor", Role.Auditor).GetAsync($"/v1/audit/streams/offer%2F{shelf.SellerId}%2F{sku}?limit=500");
        return answer.Status == 404 ? "" : string.Join('\n', answer.ShouldBe(200).Json["items"]!.AsArray().Select(e =>
            $"{e!["version"]} {e["type"]} {e["data"]!.ToJsonString().Replace(shelf.SellerId, "", StringComparison.Ordinal)}"));
    }
}
