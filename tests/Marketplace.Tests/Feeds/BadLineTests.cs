using System.Text;
using Marketplace.Domain;
using Marketplace.Feeds.Lines;

namespace Marketplace.Tests.Feeds;

/// <summary>Bad lines, and exactly what their sellers are told.</summary>
public class BadLineTests
{
    private const string AnId = "must be 1 to 40 of the characters A-Z, a-z, 0-9, '.', '_' and '-', and neither '.' nor '..'.";
    private const string Ops = "put, patch, pause, resume or withdraw";

    [Theory]
    [InlineData("", "malformed $ is empty: a line holds one JSON object.")]
    [InlineData(" \t\r", "malformed $ is empty: a line holds one JSON object.")]
    [InlineData("null", "wrong-type $ a JSON object is expected, not null.")]
    [InlineData("[1]", "wrong-type $ a JSON object is expected.")]
    [InlineData("7", "wrong-type $ a JSON object is expected.")]
    [InlineData("\"op\"", "wrong-type $ a JSON object is expected.")]
    [InlineData("{", "malformed $ is not well-formed JSON: it ends before the object does.")]
    [InlineData("{\"op\":\"pause\",\"sku\":\"a\"", "malformed $ is not well-formed JSON: it ends before the object does.")]
    [InlineData("{\"op\":\"pause\",\"sku\":\"a", "malformed $ is not well-formed JSON: it ends before the object does.")]
    [InlineData("op=pause&sku=a", "malformed $ is not well-formed JSON (byte 1).")]
    [InlineData("{\"op\":\"pause\",\"sku\":\"a\",}", "malformed $ is not well-formed JSON (byte 25).")]
    [InlineData("{\"op\":\"pause\",\"sku\":\"a\"} {}", "malformed $ is not well-formed JSON (byte 26).")]
    [InlineData("{\"op\":\"pause\",\"sku\":\"a\"}\0", "malformed $ is not well-formed JSON (byte 25).")]
    [InlineData("\0", "malformed $ is not well-formed JSON (byte 1).")]
    [InlineData("{\"op\":\"pause\",'sku':\"a\"}", "malformed $ is not well-formed JSON (byte 15).")]
    [InlineData("{\"op\":\"pause\",/**/\"sku\":\"a\"}", "malformed $ is not well-formed JSON (byte 15).")]
    public void What_is_no_object_is_told_as_a_whole(string line, string error) => Told(line, error);

    [Theory]
    [InlineData("{}", $"missing op is required: {Ops}.", "missing sku is required.")]
    [InlineData("""{"op":null,"sku":null}""", $"missing op is required: {Ops}.", "missing sku is required.")]
    [InlineData("""{"op":"PATCH","sku":"a"}""", $"invalid op must be {Ops}, in exactly this spelling.")]
    [InlineData("""{"op":"delete","sku":"a","reason":"x","quantity":1,"productId":7}""", $"invalid op must be {Ops}, in exactly this spelling.")]
    [InlineData("""{"op":1,"sku":2,"messageId":3,"reason":4}""", "wrong-type op must be a string.", "wrong-type sku must be a string.",
        "wrong-type messageId must be a string.", "wrong-type reason must be a string.")]
    [InlineData("""{"OP":"pause","Sku":"a","message_id":"m"}""", "unknown-member OP is not a member known here; op is.",
        "unknown-member Sku is not a member known here; sku is.", "unknown-member message_id is not a member known here; messageId is.",
        $"missing op is required: {Ops}.", "missing sku is required.")]
    [InlineData("""{"op":"pause","op":"resume","sku":"a","sku":"b","messageId":"m","messageId":"n"}""", "repeated-member op is given more than once.",
        "repeated-member sku is given more than once.", "repeated-member messageId is given more than once.")]
    [InlineData("""{"op":"pause","sku":"a b"}""", "invalid sku " + AnId)]
    [InlineData("""{"op":"pause","sku":""}""", "invalid sku " + AnId)]
    [InlineData("""{"op":"pause","sku":".."}""", "invalid sku " + AnId)]
    [InlineData("""{"op":"pause","sku":"a","messageId":"a\u0000b"}""", "invalid messageId must be 0 to 100 characters of text, without control characters.")]
    [InlineData("""{"op":"pause","sku":"a","messageId":"\ud800"}""", "malformed messageId is no text: it must be UTF-8 without half of a surrogate pair.")]
    [InlineData("""{"op":"pause","sku":"a","reason":" "}""", "invalid reason must be 1 to 500 characters of text, without control characters.")]
    [InlineData("""{"op":"pause","sku":"a","\ud800":1}""", "malformed $ a member's name is no text: it must be UTF-8 without half of a surrogate pair.")]
    [InlineData("""{"op":"pause","sku":"a","a\u0000b":1}""", "unknown-member a\uFFFDb is not a member known here.")]
    [InlineData("""{"op":"pause","sku":"a","quantity":1}""", "unknown-member quantity is not a member known here.")]
    [InlineData("""{"op":"withdraw","sku":"a","price":{"amount":1,"currency":"USD"}}""", "unknown-member price is not a member known here.")]
    [InlineData("""{"op":"patch","sku":"a","x":[[[[[[[[[[]]]]]]]]]]}""", "malformed x is nested too deeply: a text has at most 8 levels.")]
    public void What_is_wrong_with_the_head_is_told_at_once(string line, params string[] errors) => Told(line, errors);

    [Theory]
    [InlineData("""{"op":"patch","sku":"a","price":null,"quantity":null}""", "invalid price cannot be removed.", "invalid quantity cannot be removed.")]
    [InlineData("""{"op":"patch","sku":"a","price":{"amount":"1","currency":"usd"},"quantity":-1,"colour":"red"}""",
        "wrong-type price.amount must be a number, not in quotes.", "unknown-member colour is not a member known here.",
        "invalid price.currency must be a currency code of ISO 4217 in upper case.", "out-of-range quantity must be from 0 to 1000000.")]
    [InlineData("""{"op":"patch","sku":"a","price":{"amount":-1},"shipping":{"amount":-2,"currency":"EUR","vat":3}}""",
        "missing price.currency is required.", "unknown-member shipping.vat is not a member known here: money has an amount and a currency.",
        "out-of-range price.amount must be above zero.", "out-of-range shipping.amount must not be below zero.")]
    [InlineData("""{"op":"patch","sku":"a","price":{},"shipping":27.11}""", "missing price.amount is required.", "missing price.currency is required.",
        "wrong-type shipping must be an object: {\"amount\": 27.11, \"currency\": \"USD\"}.")]
    [InlineData("""{"op":"patch","sku":"a","price":{"amount":24.999,"currency":"USD"}}""", "invalid price.amount USD has 2 decimals; no more can be given.")]
    [InlineData("""{"op":"patch","sku":"a","price":{"amount":1e400,"currency":"USD"}}""",
        "out-of-range price.amount must be at most 24 characters long and in range.")]
    [InlineData("""{"op":"patch","sku":"a","price":{"amount":2000000000,"currency":"JPY"}}""", "out-of-range price.amount must be at most 1000000000.")]
    [InlineData("""{"op":"patch","sku":"a","price":{"amount":1,"currency":"EUR"},"shipping":{"amount":1,"currency":"USD"}}""",
        "invalid shipping.currency must be the currency of the price.")]
    [InlineData("""{"op":"patch","sku":"a","quantity":"6"}""", "wrong-type quantity must be a whole number, not in quotes.")]
    [InlineData("""{"op":"patch","sku":"a","quantity":99999999999}""", "out-of-range quantity must be a whole number of at most ten digits.")]
    [InlineData("""{"op":"patch","sku":"a","quantity":1.5}""", "out-of-range quantity must be a whole number of at most ten digits.")]
    [InlineData("""{"op":"patch","sku":"a","quantity":1,"quantity":-2}""", "repeated-member quantity is given more than once.")]
    [InlineData("""{"op":"patch","sku":"a","productId":"p"}""", "unknown-member productId is not a member known here.")]
    public void What_is_wrong_with_a_patch_is_told_at_once(string line, params string[] errors) => Told(line, errors);

    [Theory]
    [InlineData("""{"op":"put","sku":"a"}""", "missing productId is required.", "missing listingType is required.", "missing condition is required.",
        "missing price is required.", "missing quantity is required.")]
    [InlineData("""{"op":"put","sku":"a/b","productId":"..","listingType":"ZShops","condition":7,"price":[],"quantity":true}""",
        "invalid listingType One of used, collectible, zShops is expected, in exactly this spelling.",
        "wrong-type condition One of new, like_new, very_good, good, acceptable is expected, in exactly this spelling.",
        "wrong-type price must be an object: {\"amount\": 27.11, \"currency\": \"USD\"}.", "wrong-type quantity must be a whole number, not in quotes.",
        "invalid sku " + AnId, "invalid productId " + AnId)]
    [InlineData("""{"op":"put","sku":"a","productId":"p","listingType":"used","condition":"new","price":{"amount":1,"currency":"USD"},"quantity":1}""",
        "invalid condition of a used copy is never new.")]
    [InlineData("""{"op":"put","sku":"a","productId":"p","listingType":"collectible","condition":"good","price":{"amount":1,"currency":"USD"},"quantity":1}""",
        "invalid conditionNote must say what makes the copy collectible.")]
    [InlineData("""{"color":1,"op":"put","sku":"a","listingType":"zShops","condition":"good","price":{"amount":0,"currency":"USD"}}""",
        "unknown-member color is not a member known here.", "missing productId is required.", "out-of-range price.amount must be above zero.",
        "missing quantity is required.")]
    public void What_is_wrong_with_a_put_is_told_at_once(string line, params string[] errors) => Told(line, errors);

    [Theory]
    [InlineData("""{"messageId":"m","sku":"s","op":"pause","x":1}""", "m", "s")]
    [InlineData("""{"messageId":"m","sku":"s","op":"pau""", "m", "s")]
    [InlineData("""{"messageId":"m","sku":"s","op":[[[[[[[[[[[[[[""", "m", "s")]
    [InlineData("""{"sku":"s","messageId":7,"op":"pause"}""", null, "s")]
    [InlineData("""{"sku":"not an id","messageId":"m","op":"pause"}""", "m", "not an id")]
    [InlineData("""{"sku":"a\u0007","messageId":"m\u0000","op":"pause"}""", null, null)]
    [InlineData("""{"sku":"s","sku":"t","messageId":"","op":"pause"}""", "", "s")]
    [InlineData("""[{"sku":"s","messageId":"m"}]""", null, null)]
    public void Message_id_and_sku_are_told_whenever_they_can_be_read(string line, string? messageId, string? sku)
    {
        var read = Lines.Read(line);

        Assert.NotEmpty(read.Errors);
        Assert.Equal((messageId, sku), (read.MessageId, read.Sku));
    }

    [Fact]
    public void Lengths_have_their_limits()
    {
        Assert.Empty(Lines.Errors($$"""{"op":"pause","sku":"{{new string('s', 40)}}","messageId":"{{new string('m', 100)}}","reason":"{{new string('r', 500)}}"}"""));
        var line = $$"""{"op":"pause","sku":"{{new string('s', 41)}}","messageId":"{{new string('m', 101)}}","reason":"{{new string('r', 501)}}"}""";
        Assert.Equal(["sku", "messageId", "reason"], Lines.Read(line).Errors.Select(e => e.Path));
        Assert.Equal((null, new string('s', 41)), (Lines.Read(line).MessageId, Lines.Read(line).Sku));
        Assert.Null(Lines.Read($$"""{"op":"pause","sku":"{{new string('s', 101)}}"}""").Sku);
    }

    [Fact]
    public void A_line_has_a_longest_length()
    {
        string Padded(int bytes) => Lines.Patch + new string(' ', bytes - Lines.Patch.Length);

        Assert.Empty(Lines.Errors(Padded(FeedLineReader.MaxBytes)));
        Told(Padded(FeedLineReader.MaxBytes + 1), "malformed $ is longer than 65536 bytes.");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told()
    {
        Assert.Equal([new LineError("malformed", "messageId", "is no text: it must be UTF-8 without half of a surrogate pair.")],
            Lines.Reader.Read([.. "{\"op\":\"pause\",\"sku\":\"a\",\"messageId\":\""u8, 0xC3, 0x28, .. "\"}"u8]).Errors);
        Assert.Equal([new LineError("malformed", "$", "is not well-formed JSON: it is not UTF-8.")], Lines.Reader.Read(Encoding.Unicode.GetBytes("\uFEFF" + Lines.Patch)).Errors);
        Assert.Equal([new LineError("malformed", "$", "a member's name is no text: it must be UTF-8 without half of a surrogate pair.")],
            Lines.Reader.Read([.. "{\"op\":\"pause\",\"sku\":\"a\",\""u8, 0xFF, .. "\":1}"u8]).Errors);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Nesting_without_end_is_told(char opening)
    {
        var deep = opening == '[' ? new string('[', 30_000) : string.Concat(Enumerable.Repeat("{\"a\":", 10_000));
        Told($$"""{"op":"patch","sku":"a","price":{{deep}}""", "malformed $ is not well-formed JSON: it ends before the object does.");
        var whole = opening == '[' ? deep + new string(']', 30_000) : deep + "1" + new string('}', 10_000);
        Told($$"""{"op":"patch","sku":"a","price":{{whole}},"quantity":-1}""", "malformed price is nested too deeply: a text has at most 8 levels.",
            "out-of-range quantity must be from 0 to 1000000.");
    }

    [Fact]
    public void Errors_have_a_largest_number_and_a_largest_length()
    {
        var line = "{" + string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\":1")) + "}";
        Assert.Equal(50, Lines.Read(line).Errors.Count);
        var long_ = Lines.Read($$"""{"op":"pause","sku":"a","{{new string('n', 60_000)}}":1}""").Errors.Single();
        Assert.True(long_.Path.Length < 200);
    }

    [Fact]
    public void Every_code_told_of_a_line_is_a_known_one() =>
        Assert.Equal(["malformed", "unknown-member", "repeated-member", "missing", "wrong-type", "out-of-range", "invalid"], ErrorCodes.All);

    private static void Told(string line, params string[] errors)
    {
        var read = Lines.Read(line);
        Assert.Equal(errors, read.Errors.Select(e => $"{e.Code} {e.Path} {e.Message}"));
        Assert.Null(read.Command);
    }
}
