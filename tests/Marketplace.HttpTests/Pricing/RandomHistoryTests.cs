using System.Globalization;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.HttpTests.Support;
using Marketplace.Pricing;
using Marketplace.Storage;
using Microsoft.Extensions.DependencyInjection;
using TestSupport;

namespace Marketplace.HttpTests.Pricing;

/// <summary>
/// Random sequences of commands, some of them backfilled by up to months and some by several connections at once, compared with a plain
/// model at every position and many instants, live and after a rebuild. The seed is in every message.
/// </summary>
public sealed class RandomHistoryTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 200)]
    [InlineData(0, 300)]
    public Task Every_past_moment_is_answered_as_a_plain_model_does(int fixedSeed, int commands) => Seeded.RunAsync(async drawn =>
    {
        var seed = fixedSeed == 0 ? drawn : fixedSeed;
        var random = new Random(seed);
        var shops = new[] { await Shop.OpenAsync(app), await Shop.OpenAsync(app) };
        var offers = Enumerable.Range(0, 12).Select(n => (SellerId: $"seller{n % 5}", Sku: $"{MarketplaceFixture.NewId("sku")}")).ToArray();

        // Connections side by side, each with offers of its own, so that effective times and positions interleave.
        await Task.WhenAll(Enumerable.Range(0, 3).Select(connection => PlayAsync(
            new Random(random.Next()), shops, [.. offers.Where((_, n) => n % 3 == connection)], commands / 3)));
        await app.CatchUpAsync();

        var model = await HistoryModel.ReadAsync(app.Store, offers);
        Assert.True(model.Events.Count > commands / 10, $"seed {seed}: {model.Events.Count} events");
        await CompareAsync(model, shops, seed);

        var live = await RowsAsync();
        await app.RebuildAsync(nameof(PriceHistory));
        var rebuilt = await RowsAsync();
        foreach (var table in live.Keys) Assert.Equal(live[table], rebuilt[table]);
    });

    private async Task PlayAsync(Random random, Shop[] shops, (string SellerId, string Sku)[] offers, int commands)
    {
        var clock = offers.ToDictionary(o => o, _ => Epoch.AddDays(random.Next(60)));
        for (var n = 0; n < commands; n++)
        {
            var (seller, sku) = offers[random.Next(offers.Length)];
            var shop = shops[random.Next(shops.Length)];
            // Whole hours, so that instants coincide across offers; now and then the present.
            var late = random.Next(25) > 0;
            clock[(seller, sku)] += TimeSpan.FromHours(random.Next(4) * random.Next(30));
            var at = late ? EventFacts.Format(clock[(seller, sku)]) : null;
            if (!late) offers = [.. offers.Where(o => o != (seller, sku))];
            var answered = random.Next(9) switch
            {
                0 => await shop.DoAsync(seller, "pause", sku, at),
                1 => await shop.DoAsync(seller, "resume", sku, at),
                2 => await shop.WithdrawAsync(seller, sku, at),
                3 => await shop.RestockAsync(seller, random.Next(3), sku, at),
                4 or 5 => await shop.RepriceAsync(seller, random.Next(10, 14), sku, at),
                _ => await shop.PutAsync(seller, random.Next(10, 14), random.Next(3), random.Next(3), random.Next(3) == 0 ? "used" : "zShops", "good",
                    random.Next(5) == 0 ? "EUR" : "USD", sku, at: at),
            };
            Assert.True(answered.Status < 500, answered.Body);
            if (random.Next(8) == 0) await LoseMemoryAsync();
            if (offers.Length == 0) return;
        }
    }

    // As when another process has taken over, or a commit has failed: the projection finds a mark that it does not know.
    private async Task LoseMemoryAsync()
    {
        await using var strange = app.Db.CreateCommand("update price_history_memory set mark = gen_random_uuid()");
        await strange.ExecuteNonQueryAsync();
    }

    private async Task CompareAsync(HistoryModel model, Shop[] shops, int seed)
    {
        var history = app.Host.Services.GetRequiredService<PriceHistoryQueries>();
        var ladder = app.Host.Services.GetRequiredService<PastLadder>();
        var instants = model.Events.Select(e => e.EffectiveAt()).Distinct().SelectMany(i => new[] { i, i.AddMicroseconds(-1) }).ToArray();
        foreach (var shop in shops)
        {
            var at = $"{shop.ProductId}, seed {seed}, ";
            foreach (var e in model.Events)
                Assert.Equal(at + $"{e.Sequence}: " + model.AtPosition(shop.ProductId, e.Sequence),
                    at + $"{e.Sequence}: " + Words(await history.LowestPricesAsync(shop.ProductId, new Moment(null, e.Sequence), 0, default)));
            foreach (var instant in instants)
            {
                Assert.Equal(at + $"{instant:O}: " + model.AsOf(shop.ProductId, instant),
                    at + $"{instant:O}: " + Words(await history.LowestPricesAsync(shop.ProductId, new Moment(instant, null), 0, default)));
                var page = await ladder.LadderAsync(shop.ProductId, null, null, new Moment(instant, null), 500, null, default);
                Assert.Equal(at + model.LadderAsOf(shop.ProductId, instant),
                    at + string.Join("; ", page.Items.Select(o => $"{o.Price.Currency} {o.LandedPrice.Digits()} {o.SellerId}/{o.Sku}")));
            }
            foreach (var (type, currency) in new[] { (ListingType.ZShops, "USD"), (ListingType.Used, "USD"), (ListingType.ZShops, "EUR") })
                Assert.Equal(model.Steps(shop.ProductId, type, currency), await StepsAsync(history, shop.ProductId, type, currency));
        }
    }

    private static async Task<IReadOnlyList<string>> StepsAsync(PriceHistoryQueries history, string productId, ListingType type, string currency)
    {
        var steps = (await history.StepsAsync(productId, type, currency, null, null, 500, default)).Items;
        Assert.Equal(steps.Skip(1).Select(s => (DateTimeOffset?)s.From), steps.SkipLast(1).Select(s => s.To));
        return [.. steps.Select(s => string.Create(CultureInfo.InvariantCulture,
            $"{EventFacts.Format(s.From)} {(s.Price is { } price ? $"{price.Digits()} {s.Shipping!.Value.Digits()} {s.SellerId}/{s.Sku}" : "")}"))];
    }

    private static string Words(LowestPrices prices) => string.Join("; ", prices.Items.Select(item =>
        $"{Word.Of(item.ListingType)} {item.LandedPrice.Digits()} {item.LandedPrice.Currency} {item.SellerId} of {item.OfferCount}"));

    private async Task<Dictionary<string, IReadOnlyList<string>>> RowsAsync()
    {
        var rows = new Dictionary<string, IReadOnlyList<string>>();
        // The memory's mark is another after every batch; all else is a function of the log.
        foreach (var table in PriceHistory.Tables.Where(table => !table.EndsWith("price_history_memory", StringComparison.Ordinal))) rows[table] = await app.RowsAsync(table);
        return rows;
    }
}
