using System.Text.Json;
using System.Text.RegularExpressions;
using JasperFx.Events;
using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Reviews;
using Marketplace.Storage;

namespace Marketplace.Tests.Shape;

/// <summary>
/// Names and JSON of stored events are the storage format. Where one of these tests fails, the change would make what is stored unreadable:
/// change the code back, and add to the format instead.
/// </summary>
public partial class StoredEventTests
{
    private static readonly Terms Terms = new(ListingType.Collectible, Condition.LikeNew, "Signed.", Usd(27.11m), Usd(0m), 2);

    private static readonly (string Name, object Example, string Json)[] Pinned =
    [
        ("product_listed", new ProductListed("book", "The Old Man and the Sea", "Ernest Hemingway", null),
            """{"productId":"book","title":"The Old Man and the Sea","author":"Ernest Hemingway","description":null}"""),
        ("product_revised", new ProductRevised("book", "The Old Man and the Sea", null, "A novel."),
            """{"productId":"book","title":"The Old Man and the Sea","author":null,"description":"A novel."}"""),
        ("offer_posted", new OfferPosted("book", "powells", "sku-1", Terms),
            """{"productId":"book","sellerId":"powells","sku":"sku-1","terms":{"listingType":"collectible","condition":"like_new","conditionNote":"Signed.","price":{"amount":27.11,"currency":"USD"},"shipping":{"amount":0.00,"currency":"USD"},"quantity":2}}"""),
        ("offer_repriced", new OfferRepriced("book", "powells", "sku-1", Usd(27.11m), Usd(20m), Usd(0m), new Money(350m, "JPY")),
            """{"productId":"book","sellerId":"powells","sku":"sku-1","oldPrice":{"amount":27.11,"currency":"USD"},"newPrice":{"amount":20.00,"currency":"USD"},"oldShipping":{"amount":0.00,"currency":"USD"},"newShipping":{"amount":350,"currency":"JPY"}}"""),
        ("offer_restocked", new OfferRestocked("book", "powells", "sku-1", 2, 0),
            """{"productId":"book","sellerId":"powells","sku":"sku-1","oldQuantity":2,"newQuantity":0}"""),
        ("offer_condition_revised", new OfferConditionRevised("book", "powells", "sku-1", Condition.VeryGood, null),
            """{"productId":"book","sellerId":"powells","sku":"sku-1","condition":"very_good","conditionNote":null}"""),
        ("offer_paused", new OfferPaused("book", "powells", "sku-1"), """{"productId":"book","sellerId":"powells","sku":"sku-1"}"""),
        ("offer_resumed", new OfferResumed("book", "powells", "sku-1"), """{"productId":"book","sellerId":"powells","sku":"sku-1"}"""),
        ("offer_withdrawn", new OfferWithdrawn("book", "powells", "sku-1"), """{"productId":"book","sellerId":"powells","sku":"sku-1"}"""),
        ("offer_reposted",
            new OfferReposted("book", "powells", "sku-1", Terms with { ListingType = ListingType.ZShops, Condition = Condition.New, ConditionNote = null }),
            """{"productId":"book","sellerId":"powells","sku":"sku-1","terms":{"listingType":"zShops","condition":"new","conditionNote":null,"price":{"amount":27.11,"currency":"USD"},"shipping":{"amount":0.00,"currency":"USD"},"quantity":2}}"""),
        ("review_submitted", new ReviewSubmitted("book", "ann", 4, "A catch", "Short and long at once."),
            """{"productId":"book","reviewerId":"ann","rating":4,"title":"A catch","body":"Short and long at once."}"""),
        ("review_revised", new ReviewRevised("book", "ann", null, "A catch", "Read twice."),
            """{"productId":"book","reviewerId":"ann","rating":null,"title":"A catch","body":"Read twice."}"""),
        ("review_voted", new ReviewVoted("book", "ann", "bob", null, true),
            """{"productId":"book","reviewerId":"ann","voterId":"bob","oldHelpful":null,"helpful":true}"""),
        ("review_hidden", new ReviewHidden("book", "ann"), """{"productId":"book","reviewerId":"ann"}"""),
        ("review_restored", new ReviewRestored("book", "ann"), """{"productId":"book","reviewerId":"ann"}"""),
        ("review_withdrawn", new ReviewWithdrawn("book", "ann"), """{"productId":"book","reviewerId":"ann"}"""),
    ];

    // As the event store is set up (Hosting/EventStore.cs); a test over HTTP compares what is really stored.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new WordJsonConverter() },
    };

    public static TheoryData<string> Names => [.. Pinned.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_event_is_written_as_it_always_was(string name)
    {
        var (_, example, json) = Pinned.Single(p => p.Name == name);

        Assert.Equal(json, JsonSerializer.Serialize(example, example.GetType(), Json));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_written_once_is_still_read(string name)
    {
        var (_, example, json) = Pinned.Single(p => p.Name == name);

        Assert.Equal(example, JsonSerializer.Deserialize(json, example.GetType(), Json));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_event_that_a_later_version_added_to_is_still_read(string name)
    {
        var (_, example, json) = Pinned.Single(p => p.Name == name);

        Assert.Equal(example, JsonSerializer.Deserialize(json[..^1] + ",\"addedLater\":[1]}", example.GetType(), Json));
    }

    [Fact]
    public void Every_stored_name_is_pinned_with_its_type() =>
        Assert.Equal(Pinned.Select(p => (p.Name, p.Example.GetType().Name)).Order(), Mapped().Order());

    [Fact]
    public void Every_event_has_a_stored_name() =>
        Assert.Equal(
            typeof(StoredEvents).Assembly.GetTypes().Where(IsEvent).Select(t => t.Name).Order(),
            Mapped().Select(m => m.Type).Order());

    [Fact]
    public void Every_event_of_an_offer_or_a_review_names_its_product() =>
        Assert.All(Pinned, p => Assert.Contains("\"productId\":\"", p.Json));

    [Fact]
    public void The_keys_of_streams_are_those_an_auditor_reads()
    {
        Assert.Equal("product/9780805210040", StreamKeys.Product("9780805210040"));
        Assert.Equal("offer/powells/sku-1", StreamKeys.Offer("powells", "sku-1"));
        Assert.Equal("review/book/ann", StreamKeys.Review("book", "ann"));
    }

    // The mapping as it stands in the source, which compiles against either event store.
    private static (string Name, string Type)[] Mapped() =>
        [.. Mapping().Matches(Repository.Read("src/Marketplace/Storage/StoredEvents.cs")).Select(m => (m.Groups[2].Value, m.Groups[1].Value))];

    // Events stand in files of their own, one per slice, named after it.
    private static bool IsEvent(Type type) =>
        type is { IsClass: true, IsSealed: true, IsAbstract: false, IsNested: false } && Declared().Value.Contains(type.Name);

    private static Lazy<HashSet<string>> Declared() => new(() =>
        [.. Repository.Files(["src/Marketplace"], ".cs").Where(f => f.Path.EndsWith("Events.cs", StringComparison.Ordinal) && !f.Path.Contains("/Storage/"))
            .SelectMany(f => Records().Matches(f.Text)).Select(m => m.Groups[1].Value).Where(n => n != nameof(Marketplace.Offers.Terms))]);

    private static Money Usd(decimal amount) => new(amount, "USD");

    [GeneratedRegex("""MapEventType<(\w+)>\("(\w+)"\)""")]
    private static partial Regex Mapping();

    [GeneratedRegex(@"^public sealed record (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Records();
}
