using System.Text.Json;
using BenchmarkDotNet.Attributes;
using JasperFx.Events;
using Marketplace.Domain;
using Marketplace.Hosting;
using Marketplace.Http;
using Marketplace.Offers;
using Marketplace.Pricing;

namespace Marketplace.Benchmarks.Rows;

/// <summary>The pure parts of a repricing and of a reading of the lowest prices, each by itself. BenchmarkDotNet wants the class public.</summary>
public class Computing
{
    // As the event store is set up (Hosting/EventStore.cs).
    private static readonly JsonSerializerOptions Stored = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new WordJsonConverter() },
    };

    private static readonly DateTimeOffset Noon = new(2026, 2, 18, 12, 0, 0, TimeSpan.Zero);

    private readonly JsonSerializerOptions _answers = new(JsonSerializerDefaults.Web);
    private readonly ReviseOffer _command = new(new Settable<Money>(true, Usd(24.95m)), default, default, null);
    private readonly Offer _offer;
    private readonly IEvent _repriced;
    private readonly OfferRepriced _data;
    private readonly byte[] _json;
    private readonly LowestPrices _prices;

    public Computing()
    {
        HttpContract.Configure(_answers);
        var terms = new Terms(ListingType.Used, Condition.Good, null, Usd(20m), Usd(3.5m), 5);
        _offer = Offer.Fold(null, Recorded(new OfferPosted("0486821951", "powells", "tao-1", terms)));
        _data = (OfferRepriced)ReviseOfferEndpoint.Decide(_command, _offer).Events[0];
        _repriced = Recorded(_data);
        _json = JsonSerializer.SerializeToUtf8Bytes(_data, Stored);
        _prices = new LowestPrices("0486821951", 4711, Noon,
        [
            new(ListingType.ZShops, Usd(24.95m), Usd(3.5m), Usd(28.45m), "riverside", "A-77", Condition.New, 2, Noon),
            new(ListingType.Used, Usd(20m), Usd(0m), Usd(20m), "powells", "tao-1", Condition.Good, 2, Noon),
        ]);
    }

    [Benchmark(Description = "deciding a repricing")]
    public Decision Decide() => ReviseOfferEndpoint.Decide(_command, _offer);

    [Benchmark(Description = "folding a repricing into an offer")]
    public Offer Fold() => Offer.Fold(_offer, _repriced);

    [Benchmark(Description = "writing an event's JSON")]
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(_data, Stored);

    [Benchmark(Description = "reading an event's JSON")]
    public OfferRepriced? Read() => JsonSerializer.Deserialize<OfferRepriced>(_json, Stored);

    [Benchmark(Description = "the bytes of a lowest-price answer, two items")]
    public byte[] Answer() => JsonSerializer.SerializeToUtf8Bytes(_prices, _answers);

    [Benchmark(Description = "its entity tag")]
    public string Tag() => ETags.OfContent(_prices.Content());

    private static Event<T> Recorded<T>(T data) where T : notnull => new(data) { Timestamp = Noon, Sequence = 1, Version = 1 };

    private static Money Usd(decimal amount) => new(amount, "USD");
}
