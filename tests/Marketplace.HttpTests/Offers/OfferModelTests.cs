using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.HttpTests.Support;
using Marketplace.Tests;
using Marketplace.Tests.Offers;

namespace Marketplace.HttpTests.Offers;

/// <summary>Random commands over HTTP; what the reads then answer is compared with a plain model in memory.</summary>
public class OfferModelTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private static readonly string[] Products = ["p", "q"];

    private Api Api => app.Api;

    [Fact]
    public void The_read_models_agree_with_a_plain_model() =>
        SeededProperty.Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithStartSize(10).WithEndSize(50),
            Prop.ForAll(OfferCommands.Sequences(Products, ["s", "t"]), commands => CompareAsync(commands).GetAwaiter().GetResult()));

    private async Task CompareAsync(OfferCommand[] commands)
    {
        var run = MarketplaceFixture.NewId("run");
        var model = new OfferModel();
        foreach (var product in Products) (await Api.PutAsync($"/v1/products/{product}.{run}", new { title = product })).ShouldBe(201);
        for (var number = 1; number <= commands.Length; number++)
        {
            var command = commands[number - 1];
            var isNew = model.Find(command.Seller, command.Sku) is null;
            var (refused, _) = model.Apply(command, number);
            (await Send(command, run)).ShouldBe(refused > 0 ? refused : command is Withdraw ? 204 : isNew ? 201 : 200);
        }
        foreach (var offer in model.Offers)
            Assert.Equal(Told(offer) + $" {offer.Version}", Told((await Api.GetAsync(Url(offer.Seller, offer.Sku, run))).ShouldBe(200).Json, run, "version"));
        foreach (var product in Products)
        {
            var ladder = (await Api.GetAsync($"/v1/products/{product}.{run}/offers?limit=500")).ShouldBe(200).Json["items"]!.AsArray();
            Assert.Equal(model.Ladder(product).Select(Told), ladder.Select(item => Told(item!, run)));
            var lowest = (await Api.GetAsync($"/v1/products/{product}.{run}/lowest-prices")).ShouldBe(200).Json["items"]!.AsArray();
            Assert.Equal(
                model.LowestPrices(product).Select(l => $"{l.Winner.Type} {l.Winner.Currency} {l.Winner.Landed:0.00} {l.Winner.Seller}/{l.Winner.Sku} of {l.Count}"),
                lowest.Select(item => Winner(item!, run)));
        }
    }

    private Task<Answered> Send(OfferCommand command, string run)
    {
        var url = Url(command.Seller, command.Sku, run);
        return command switch
        {
            Put put => Api.PutAsync(url, Given.Terms($"{put.Product}.{run}", put.Price, put.Shipping, put.Quantity, put.Type, put.Condition, put.Currency, put.Note)),
            Patch patch => Api.PatchAsync(url, Body(patch)),
            Pause => Api.PostAsync(url + "/pause"),
            Resume => Api.PostAsync(url + "/resume"),
            _ => Api.DeleteAsync(url),
        };
    }

    private static JsonObject Body(Patch patch)
    {
        JsonObject Money(decimal amount) => new() { ["amount"] = amount, ["currency"] = patch.Currency };
        var body = new JsonObject();
        if (patch.Price is { } price) body["price"] = Money(price);
        if (patch.Shipping is { } shipping) body["shipping"] = Money(shipping);
        if (patch.RemovesShipping) body["shipping"] = null;
        if (patch.Quantity is { } quantity) body["quantity"] = quantity;
        return body;
    }

    private static string Url(string seller, string sku, string run) => Given.Offer($"{seller}.{run}", sku);

    private static string Told(ModelOffer o) =>
        string.Create(CultureInfo.InvariantCulture, $"{o.Seller} {o.Sku} {o.Product} {o.Type} {o.Condition} {o.Note} {o.Price:0.00} {o.Shipping:0.00} {o.Currency} {o.Quantity} {o.Status}");

    private static string Told(JsonNode o, string run, params string[] more) => string.Join(' ',
        new[] { Local(o["sellerId"], run), (string?)o["sku"], Local(o["productId"], run), (string?)o["listingType"], (string?)o["condition"], (string?)o["conditionNote"],
            Amount(o["price"]), Amount(o["shipping"]), (string?)o["price"]!["currency"], o["quantity"]!.ToString(), (string?)o["status"] }
            .Concat(more.Select(name => o[name]!.ToString())));

    private static string Winner(JsonNode item, string run) =>
        $"{(string?)item["listingType"]} {(string?)item["price"]!["currency"]} {Amount(item["landedPrice"])} {Local(item["sellerId"], run)}/{(string?)item["sku"]} of {item["offerCount"]}";

    private static string Local(JsonNode? id, string run) => ((string)id!).Replace("." + run, "", StringComparison.Ordinal);

    private static string Amount(JsonNode? money) => ((decimal)money!["amount"]!).ToString("0.00", CultureInfo.InvariantCulture);
}
