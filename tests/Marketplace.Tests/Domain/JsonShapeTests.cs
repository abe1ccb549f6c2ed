using System.Text;
using System.Text.Json;
using Marketplace.Catalog;
using Marketplace.Hosting;
using Marketplace.Http;
using Marketplace.Offers;
using Marketplace.Pricing;

namespace Marketplace.Tests.Domain;

public class JsonShapeTests
{
    private static readonly JsonSerializerOptions Json = Options();

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"productId":"p","listingType":"zShops","condition":"new","price":{"amount":1,"currency":"USD"},"quantity":1}""")]
    [InlineData("""{"shipping":null,"conditionNote":null}""")]
    [InlineData("""{"conditionNote":"\ud83d\ude00"}""")]
    public void A_body_of_the_right_shape_passes_whatever_is_missing(string json) => Assert.Null(Check<PostOffer>(json));

    [Theory]
    [InlineData("""{"price":{"amount":"27.11","currency":"USD"}}""", "price.amount", "not in quotes")]
    [InlineData("""{"price":{"amount":true,"currency":"USD"}}""", "price.amount", "number")]
    [InlineData("""{"price":{"amount":null,"currency":"USD"}}""", "price.amount", "number")]
    [InlineData("""{"price":{"amount":{"value":1},"currency":"USD"}}""", "price.amount", "number")]
    [InlineData("""{"price":{"amount":1e400,"currency":"USD"}}""", "price.amount", "range")]
    [InlineData("""{"price":{"amount":0.1000000000000000000000000,"currency":"USD"}}""", "price.amount", "characters")]
    [InlineData("""{"price":{"amount":1,"currency":840}}""", "price.currency", "string")]
    [InlineData("""{"price":{"amount":1,"currency":null}}""", "price.currency", "string")]
    [InlineData("""{"price":{"currency":"USD"}}""", "price.amount", "required")]
    [InlineData("""{"price":{"amount":1}}""", "price.currency", "required")]
    [InlineData("""{"price":{"amount":1,"currency":"USD","vat":1}}""", "price.vat", "not a member known here")]
    [InlineData("""{"price":{"amount":1,"amount":2,"currency":"USD"}}""", "price.amount", "more than once")]
    [InlineData("""{"price":27.11}""", "price", "object")]
    [InlineData("""{"price":"27.11"}""", "price", "object")]
    [InlineData("""{"price":[1]}""", "price", "object")]
    public void What_is_wrong_with_money_is_told_by_its_member(string json, string path, string words)
    {
        IsRefused(Check<PostOffer>(json), path, words);
        IsRefused(Check<ReviseOffer>(json), path, words);
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "colour", "not a member known here")]
    [InlineData("""{"ProductId":"p"}""", "ProductId", "not a member known here")]
    [InlineData("""{"quantity":1,"quantity":1}""", "quantity", "more than once")]
    [InlineData("""{"productId":"p","a.b":1}""", "a.b", "not a member known here")]
    [InlineData("""{"it's":1}""", "it's", "not a member known here")]
    [InlineData("""{"":1}""", "", "not a member known here")]
    [InlineData("""{"price":{"amount":1,"currency":"USD"},"price":{"amount":1,"currency":"USD"}}""", "price", "more than once")]
    public void Unknown_and_repeated_members_are_named(string json, string path, string words)
    {
        IsRefused(Check<PostOffer>(json), path, words);
        Assert.Contains(path, Check<ReviseOffer>(json)!.Errors!);
    }

    [Theory]
    [InlineData("""{"listingType":"ZShops"}""", "listingType", "used, collectible, zShops")]
    [InlineData("""{"listingType":2}""", "listingType", "used, collectible, zShops")]
    [InlineData("""{"condition":"LIKE_NEW"}""", "condition", "like_new")]
    [InlineData("""{"quantity":"1"}""", "quantity", "whole number, not in quotes")]
    [InlineData("""{"quantity":1.5}""", "quantity", "whole number")]
    [InlineData("""{"quantity":99999999999}""", "quantity", "at most ten digits")]
    [InlineData("""{"productId":1}""", "productId", "must be a string")]
    [InlineData("""{"productId":{"a":1}}""", "productId", "must be a string")]
    [InlineData("""{"conditionNote":"\ud800"}""", "conditionNote", "half of a surrogate pair")]
    public void A_wrong_value_is_told_by_its_path(string json, string path, string words) => IsRefused(Check<PostOffer>(json), path, words);

    [Theory]
    [InlineData("""{"quantity":"1"}""", "quantity", "whole number")]
    [InlineData("""{"quantity":1.5}""", "quantity", "whole number")]
    [InlineData("""{"quantity":{}}""", "quantity", "whole number")]
    [InlineData("""{"reason":7}""", "reason", "string")]
    public void So_it_is_in_a_merge_patch(string json, string path, string words) => IsRefused(Check<ReviseOffer>(json), path, words);

    [Theory]
    [InlineData("""{"productIds":"a"}""", "productIds")]
    [InlineData("""{"productIds":["a",1]}""", "productIds[1]")]
    public void So_it_is_in_a_list(string json, string path) => IsRefused(Check<QueryLowestPrices>(json), path, "wrong type");

    [Theory]
    [InlineData("null", "null")]
    [InlineData("[]", "object is expected")]
    [InlineData("\"text\"", "object is expected")]
    [InlineData("7", "object is expected")]
    [InlineData("true", "object is expected")]
    [InlineData("", "object")]
    [InlineData(" ", "well-formed")]
    [InlineData("{", "well-formed")]
    [InlineData("{} x", "well-formed")]
    [InlineData("{}{}", "well-formed")]
    [InlineData("{'title':'a'}", "well-formed")]
    [InlineData("{\"title\":\"a\",}", "well-formed")]
    [InlineData("/* a */{}", "well-formed")]
    [InlineData("title=a", "well-formed")]
    [InlineData("<title/>", "well-formed")]
    public void A_body_that_is_no_object_is_refused_as_a_whole(string json, string words) => IsRefused(Check<PutProduct>(json), "$", words);

    [Theory]
    [InlineData("{\"title\":NaN}", "JSON (byte 10)")]
    [InlineData("{\"title\":\"a", "JSON: it ends before the object does")]
    [InlineData("{\"title\":\"a\nb\"}", "JSON (line 1, byte 12)")]
    [InlineData("{\n\"title\":\"\\x41\"}", "JSON (line 2, byte ")]
    [InlineData("{\"title\":01}", "JSON (byte 11)")]
    public void Text_that_is_no_json_is_told_by_line_and_byte(string json, string words) => IsRefused(Check<PutProduct>(json), "$", words);

    [Fact]
    public void Everything_wrong_with_money_is_told_at_once()
    {
        var refusal = Check<ReviseOffer>("""{"price":{"Amount":1,"currency":7,"vat":{"rate":7}},"shipping":{"amount":"3","amount":4}}""");

        Assert.Equal(["price.Amount", "price.amount", "price.currency", "price.vat", "shipping.amount", "shipping.currency"],
            refusal!.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_does_not_read_hides_nothing_that_breaks_a_rule()
    {
        var body = """{"x":1,"price":{"amount":-1},"quantity":-1,"condition":"Good"}"""u8;
        var refusal = JsonShape.Refuse(body, typeof(PostOffer), Json, new PostOffer.Validator());

        Assert.Equal(["condition", "listingType", "price.amount", "price.currency", "productId", "quantity", "x"],
            refusal.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["One of new, like_new, very_good, good, acceptable is expected, in exactly this spelling."], refusal.Errors["condition"]);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused()
    {
        IsRefused(Check([.. "{\"title\":\""u8, 0xC3, 0x28, .. "\"}"u8], typeof(PutProduct)), "title", "");
        IsRefused(Check([0xFF, 0xFE, .. "{}"u8], typeof(PutProduct)), "$", "well-formed");
        IsRefused(Check([.. "{\""u8, 0xC3, 0x28, .. "\":1}"u8], typeof(PutProduct)), null, "");
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        IsRefused(Check<PutProduct>("{\"title\":" + new string('[', 10_000)), null, "");

    [Fact]
    public void A_names_length_in_an_error_is_bounded()
    {
        var refusal = Check<PutProduct>($$"""{"{{new string('x', 100_000)}}":1}""")!;

        Assert.True(refusal.Errors!.Single().Key.Length < 200);
    }

    [Fact]
    public void Everything_wrong_with_a_body_is_told_at_once()
    {
        var refusal = Check<PostOffer>("""{"pric":1,"x":2,"quantity":"3","listingType":"ZShops","price":{"amount":"1","currency":"USD"},"condition":"new"}""");
        Assert.Equal(["listingType", "pric", "price.amount", "quantity", "x"], refusal!.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    private static void IsRefused(Marketplace.Domain.Refusal? refusal, string? path, string words)
    {
        Assert.Equal(400, refusal!.Status);
        var (key, messages) = refusal.Errors!.Single();
        if (path is not null) Assert.Equal(path, key);
        Assert.Contains(words, Assert.Single(messages));
        foreach (var word in new[] { "System.", "Marketplace.", "Nullable", "Path:", "converter" }) Assert.DoesNotContain(word, messages[0]);
    }

    private static Marketplace.Domain.Refusal? Check<T>(string json) => Check(Encoding.UTF8.GetBytes(json), typeof(T));

    private static Marketplace.Domain.Refusal? Check(byte[] utf8, Type type) =>
        JsonShape.Reads(utf8, type, Json) ? null : JsonShape.Refuse(utf8, type, Json, null);

    private static JsonSerializerOptions Options()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        HttpContract.Configure(json);
        return json;
    }
}
