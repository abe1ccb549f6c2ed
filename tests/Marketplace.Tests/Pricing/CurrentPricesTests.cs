using System.Text;
using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Hosting;
using Marketplace.Offers;
using Marketplace.Pricing;
using Marketplace.Storage;

namespace Marketplace.Tests.Pricing;

public class CurrentPricesTests
{
    private static readonly DateTimeOffset Began = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Json = Contract();
    private readonly Dictionary<string, int> _reads = [];
    private TaskCompletionSource _mayRead = Open();

    private static Look At(int seconds) => new(seconds, Began.AddSeconds(seconds));

    private CurrentPrices New() => new(async productId =>
    {
        _reads[productId] = _reads.GetValueOrDefault(productId) + 1;
        await _mayRead.Task;
        return productId == "unknown" ? null : Ready(productId, 10 + _reads[productId]);
    });

    private static ReadyPrices Ready(string productId, decimal price) => ReadyPrices.Of(Prices(productId, price), Json);

    private static LowestPrices Prices(string productId, decimal price) => new(productId, 7, Began,
    [
        new LowestPrice(ListingType.Used, new Money(price, "USD"), new Money(3.5m, "USD"), new Money(price + 3.5m, "USD"), "powells", "k", Condition.LikeNew, 2, Began),
    ]);

    private static async Task<string?> AskAsync(CurrentPrices prices, string productId, int seconds) =>
        await prices.OfAsync(productId, At(seconds), CancellationToken.None) is { } ready ? Encoding.UTF8.GetString(ready.Answer(At(seconds))) : null;

    [Fact]
    public void An_answer_is_the_json_of_the_prices_byte_for_byte()
    {
        foreach (var position in new[] { 0, 7, long.MaxValue })
        {
            var prices = Prices("0486821951", 20m) with { Position = position, AsOf = Began.AddTicks(1_234_560) };
            Assert.Equal(JsonSerializer.Serialize(prices, Json), Encoding.UTF8.GetString(ReadyPrices.Of(prices, Json).Answer(new Look(position, prices.AsOf))));
        }
    }

    [Fact]
    public async Task What_was_read_once_is_answered_until_an_event_of_the_product()
    {
        var prices = New();
        await AskAsync(prices, "a", 0);
        await AskAsync(prices, "b", 0);
        Assert.Contains("\"position\":1,\"asOf\":\"2026-03-01T12:00:01.000000Z\"", await AskAsync(prices, "a", 1));
        Assert.Equal(1, _reads["a"]);

        prices.OfferOf("a");
        Assert.Contains("12.00", await AskAsync(prices, "a", 2));
        await AskAsync(prices, "b", 2);
        Assert.Equal((2, 1), (_reads["a"], _reads["b"]));

        prices.Anything();
        await AskAsync(prices, "b", 3);
        Assert.Equal(2, _reads["b"]);
    }

    [Fact]
    public async Task What_was_read_before_an_event_and_comes_after_it_is_kept_for_nobody()
    {
        _mayRead = new TaskCompletionSource();
        var prices = New();
        var before = AskAsync(prices, "a", 0);
        prices.OfferOf("a");
        var after = AskAsync(prices, "a", 1);
        Assert.Equal(2, _reads["a"]);

        _mayRead.SetResult();
        await before;
        await after;
        await AskAsync(prices, "a", 2);
        Assert.Equal(2, _reads["a"]);
    }

    [Fact]
    public async Task Those_who_ask_for_the_same_at_once_wait_for_one_reading_and_may_leave_it_to_the_others()
    {
        _mayRead = new TaskCompletionSource();
        var prices = New();
        using var gone = new CancellationTokenSource();
        var leaves = prices.OfAsync("a", At(0), gone.Token).AsTask();
        var stays = AskAsync(prices, "a", 0);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);

        _mayRead.SetResult();
        Assert.NotNull(await stays);
        Assert.Equal(1, _reads["a"]);
    }

    [Fact]
    public async Task A_reading_that_fails_fails_those_who_waited_and_is_tried_anew()
    {
        _mayRead = new TaskCompletionSource();
        var prices = New();
        var (one, other) = (AskAsync(prices, "a", 0), AskAsync(prices, "a", 0));
        _mayRead.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => one);
        await Assert.ThrowsAsync<TimeoutException>(() => other);
        Assert.Equal((0, 0L), prices.Kept);

        _mayRead = Open();
        Assert.NotNull(await AskAsync(prices, "a", 1));
    }

    [Fact]
    public async Task An_unknown_product_is_not_kept()
    {
        var prices = New();
        Assert.Null(await AskAsync(prices, "unknown", 0));
        Assert.Null(await AskAsync(prices, "unknown", 0));
        Assert.Equal((2, (0, 0L)), (_reads["unknown"], prices.Kept));
    }

    [Fact]
    public async Task After_half_a_minute_prices_are_read_again_though_nothing_has_happened()
    {
        var prices = New();
        await AskAsync(prices, "a", 0);
        await AskAsync(prices, "a", (int)CurrentPrices.LongestKept.TotalSeconds);
        Assert.Equal(1, _reads["a"]);
        await AskAsync(prices, "a", (int)CurrentPrices.LongestKept.TotalSeconds + 1);
        Assert.Equal(2, _reads["a"]);
        Assert.Equal(1, prices.Kept.Products);
    }

    [Fact]
    public async Task However_many_products_are_asked_for_so_many_are_kept_and_those_in_use_stay()
    {
        var prices = New();
        for (var i = 0; i < 2 * CurrentPrices.MostProducts; i++)
        {
            await AskAsync(prices, $"p{i}", 0);
            if (i % 100 == 0) await AskAsync(prices, "asked-often", 0);
            Assert.InRange(prices.Kept.Products, 1, CurrentPrices.MostProducts);
        }
        Assert.Equal(1, _reads["asked-often"]);

        for (var i = 0; i < 2 * CurrentPrices.MostProducts; i++) prices.OfferOf($"p{i}");
        prices.OfferOf("asked-often");
        Assert.Equal((0, 0L), prices.Kept);
    }

    [Fact]
    public async Task Large_answers_are_kept_up_to_so_many_bytes()
    {
        var large = ReadyPrices.Of(Prices("large", 5) with { Items = [.. Enumerable.Repeat(Prices("large", 5).Items[0], 4000)] }, Json);
        var prices = new CurrentPrices(_ => Task.FromResult<ReadyPrices?>(large));
        for (var i = 0; i < 200; i++)
        {
            await prices.OfAsync($"p{i}", At(0), CancellationToken.None);
            Assert.InRange(prices.Kept.Bytes, large.Size, CurrentPrices.MostBytes);
        }
        Assert.InRange(prices.Kept.Products, 20, 199);
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private static JsonSerializerOptions Contract()
    {
        var json = new JsonSerializerOptions();
        HttpContract.Configure(json);
        return json;
    }
}
