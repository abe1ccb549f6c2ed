using System.Text;
using System.Text.Json;
using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Offers;
using TestSupport;
using static Marketplace.Tests.Domain.Stored;

namespace Marketplace.Tests.Feeds;

/// <summary>The same body, sent as an HTTP call and as a line of a feed: both take it and decide it alike, or both say the same of it.</summary>
public class LikeTheHttpCallTests
{
    private static readonly JsonSerializerOptions Shallow = new(Lines.Json.SerializerOptions) { MaxDepth = RequestShape.MaxDepth };

    private static readonly string[] Values =
    [
        "null", "true", "0", "1", "-1", "1.5", "1e2", "99999999999", "1e400", "\"\"", "\"p\"", "\"..\"", "\"6\"", "\"x\\u0000\"", "\"\\ud800\"", "[]", "[[[[[[[[[1]]]]]]]]]",
        "{}", "{\"amount\":1}", "{\"amount\":20,\"currency\":\"USD\"}", "{\"amount\":3.5,\"currency\":\"USD\"}", "{\"currency\":\"USD\",\"amount\":0}",
        "{\"amount\":-1,\"currency\":\"usd\"}", "{\"amount\":\"1\",\"currency\":7,\"vat\":{\"a\":1}}", "{\"amount\":1.001,\"currency\":\"EUR\"}",
        "{\"amount\":2000,\"currency\":\"JPY\"}", "{\"amount\":1,\"amount\":2,\"currency\":\"USD\",\"currency\":\"USD\"}", "\"zShops\"", "\"used\"", "\"collectible\"",
        "\"ZSHOPS\"", "\"new\"", "\"good\"", "\"Good\"", "\"Signed.\"",
    ];

    private static readonly Offer?[] Offers =
    [
        null,
        Fold<Offer>(null, Decision.Record(new OfferPosted("p", "powells", "a", new Terms(ListingType.ZShops, Condition.Good, null, Usd(20m), Usd(3.5m), 1)))),
        Fold<Offer>(null, Decision.Record(new OfferPosted("p", "powells", "a", new Terms(ListingType.ZShops, Condition.Good, null, Usd(20m), Usd(0m), 1)),
            new OfferWithdrawn("p", "powells", "a"))),
    ];

    [Fact]
    public void A_put_and_its_line_are_taken_or_refused_alike() => Alike("put",
        ["productId", "listingType", "condition", "conditionNote", "price", "shipping", "quantity", "note", "Price", "colour"],
        new PostOffer.Validator(), (PostOffer command, Offer? offer) => PostOfferEndpoint.Decide(command, "powells", "a", offer));

    [Fact]
    public void A_patch_and_its_line_are_taken_or_refused_alike() => Alike("patch",
        ["price", "shipping", "quantity", "reason", "condition", "Quantity"],
        new ReviseOffer.Validator(), (ReviseOffer command, Offer? offer) => ReviseOfferEndpoint.Decide(command, offer));

    private static void Alike<T>(string op, string[] names, IValidator<T> rules, Func<T, Offer?, Decision> decide) => Seeded.Run(seed =>
    {
        var random = new Random(seed);
        var (good, bad) = (0, 0);
        for (var i = 0; i < 3_000; i++)
        {
            var body = Body(random, names);
            var said = $"seed {seed}: {body}";
            var (command, expected) = OverHttp(body, rules);
            var line = Lines.Read($$"""{"op":"{{op}}","sku":"a"{{(body == "{}" ? "" : ",")}}{{body[1..]}}""");
            var told = line.Errors.Select(e => $"{e.Path}: {e.Message}").Distinct().Order(StringComparer.Ordinal);
            Assert.True(expected.SequenceEqual(told), $"{said}\nHTTP: {string.Join(" | ", expected)}\nline: {string.Join(" | ", told)}");
            if (line.Command is not { } read)
            {
                bad++;
                continue;
            }
            good++;
            foreach (var offer in Offers)
            {
                var (ours, theirs) = (read.Decide("powells", offer), decide(command!, offer));
                Assert.True(ours.Events.SequenceEqual(theirs.Events) && Equals(ours.Refusal, theirs.Refusal), said);
            }
        }
        Assert.True(good > 50 && bad > 100, $"{good} good and {bad} bad lines (seed {seed}).");
    });

    // As RequestShape and the validation of bodies do it, one after the other.
    private static (T? Command, string[] Errors) OverHttp<T>(string body, IValidator<T> rules)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        if (!JsonShape.Reads(utf8, typeof(T), Shallow))
            return (default, [.. JsonShape.Refuse(utf8, typeof(T), Shallow, rules).Errors!.SelectMany(e => e.Value.Select(message => $"{e.Key}: {message}")).Order(StringComparer.Ordinal)]);
        var command = JsonSerializer.Deserialize<T>(utf8, Shallow)!;
        return (command, [.. rules.Validate(command).Errors.Select(e => $"{e.PropertyName}: {e.ErrorMessage}").Distinct().Order(StringComparer.Ordinal)]);
    }

    // Mostly members that are as they should be, so that a body may well be good.
    private static string Body(Random random, string[] names)
    {
        var members = names.Where(name => random.Next(name is "productId" or "listingType" or "condition" or "price" or "quantity" ? 12 : 3) != 1 || random.Next(3) == 1)
            .Where(name => !(char.IsUpper(name[0]) || name is "colour" or "note") || random.Next(12) == 0)
            .SelectMany(name => Enumerable.Repeat(name, random.Next(30) == 0 ? 2 : 1))
            .Select(name => $"\"{name}\":{(random.Next(5) == 0 ? Values[random.Next(Values.Length)] : Good(name, random))}").ToArray();
        random.Shuffle(members);
        return $"{{{string.Join(',', members)}}}";
    }

    private static string Good(string name, Random random) => name switch
    {
        "productId" => "\"p\"",
        "listingType" => random.Next(4) == 0 ? "\"used\"" : "\"zShops\"",
        "condition" => "\"good\"",
        "price" => random.Next(2) == 0 ? """{"amount":20,"currency":"USD"}""" : """{"currency":"USD","amount":18.25}""",
        "shipping" => """{"amount":3.5,"currency":"USD"}""",
        "quantity" => $"{random.Next(3)}",
        _ => "\"Signed.\"",
    };
}
