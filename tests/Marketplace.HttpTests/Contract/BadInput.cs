using System.Text.Json.Nodes;

namespace Marketplace.HttpTests.Contract;

/// <summary>What no well-meaning client sends.</summary>
public static class BadInput
{
    public static readonly string[] Ids =
    [
        "..", ".", new('x', 41), new('x', 5000), "é", "Ａ", "a%2Fb", "%2F", "%2500", "a b", "%20", "a%0A", "a~b~c", "~", "a'--", "a;drop table product",
        "\u202ea", "a\nb", "%zz", "{productId}", "a\\b", "a\"b", "<b>", "😀", "a?b".Replace('?', '\uFF1F'), "a+b", "a,b", "a:b", "@", "%2e%2e",
    ];

    public static readonly string[] Texts =
    [
        " ", "{", "}", "[", "]", "[]", "{}x", "{}{}", "null", "true", "7", "-", "\"text\"", "'{}'", "{'a':1}", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{,}", "{\"a\":1 \"b\":2}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":0x1}", "{\"a\":\"\u0001\"}",
        "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"", "{\"\":1}", "{\"\\u0000\":1}", "{\"__proto__\":{}}", "{\"$type\":\"System.Object\"}", "{\"$id\":\"1\"}",
        "// comment\n{}", "/* comment */{}", "<xml/>", "a=b", "--boundary", "\uFEFF{}", "{\"a\":1}\0", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}", new('[', 20_000), "{\"" + new string('k', 20_000) + "\":1}",
        "{\"a\":\"\\ud800\"}", "{\"\\ud800\":1}", "undefined", "\u2028",
    ];

    /// <summary>Values that hardly any member may have.</summary>
    public static readonly string[] Values =
    [
        "null", "true", "\"\"", "\" \"", "\"x\\u0000y\"", "\"\\ud800\"", "\"\\u001b[31m\"", "1.5", "-1", "1e400", "-1e400", "1e-400", "99999999999999999999", "9223372036854775808",
        "0.1000000000000000055511151231257827", "[]", "[null]", "{}", "{\"amount\":1}", "{\"amount\":1,\"currency\":\"usd\"}", "{\"amount\":\"1\",\"currency\":\"USD\"}",
        "{\"amount\":-1,\"currency\":\"USD\"}", "{\"amount\":1.001,\"currency\":\"USD\"}", "{\"amount\":1.5,\"currency\":\"JPY\"}", "{\"amount\":1e28,\"currency\":\"USD\"}",
        "{\"amount\":1,\"currency\":\"USD\",\"currency\":\"USD\"}", "{\"amount\":1,\"currency\":\"USD\",\"x\":1}", "\"..\"", "\"ZSHOPS\"", "\"New\"", "6", "[\"..\"]",
        "\"" + new string('y', 30_000) + "\"",
    ];

    public static readonly string[] Tags = ["", "1", "\"1", "1\"", "\"1\" \"2\"", "\"1\",x", "W/1", "**", "\"a\u0001b\"", ",", "\"1\";q=1"];

    public static readonly string[] Positions = ["", "-1", "+1", " 1", "1.0", "1e3", "0x1", "one", "1,2", "9223372036854775808", "١", "null"];

    public static readonly string[] Instants =
    [
        "", "now", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00+25:00", "2026-01-01 00:00:00Z", "2999-01-01T00:00:00Z", "99999-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "1767225600",
        "2026-W01-1T00:00:00Z", "20260101T000000Z", "2026-01-01T00:00:00Zjunk", "9999-12-31T23:59:59.9999999-14:00",
    ];

    public static readonly string[] Words = ["ZSHOPS", "zshops", "2", "used,zShops", "used ", "null", "ACTIVE", "-", "Helpful", "é", "a\0"];

    /// <summary>Bodies near a valid one: every member spoiled in every way, left out, renamed, repeated.</summary>
    public static IEnumerable<string> Near(string valid)
    {
        var members = JsonNode.Parse(valid)!.AsObject().Select(member => (member.Key, Json: member.Value?.ToJsonString() ?? "null")).ToArray();
        for (var i = 0; i < members.Length; i++)
        {
            string With(string replacement) => "{" + string.Join(',', members.Select((m, j) => j == i ? replacement : $"\"{m.Key}\":{m.Json}")) + "}";
            foreach (var value in Values) yield return With($"\"{members[i].Key}\":{value}");
            yield return With($"\"{members[i].Key}\":{members[i].Json},\"{members[i].Key}\":{members[i].Json}");
            yield return With($"\"{members[i].Key.ToUpperInvariant()}\":{members[i].Json}");
            yield return With($"\"{members[i].Key}\":{members[i].Json},\"unknown\":1");
            yield return With($"\"{members[i].Key} \":{members[i].Json}");
        }
    }

    /// <summary>Bad values of a query parameter.</summary>
    public static IEnumerable<string> Of(string parameter) => parameter switch
    {
        "limit" => ["0", "-1", "501x", "1e3", "abc", "1.5", "99999999999999999999", "٣", " 1"],
        "after" => ["!", "garbage", "AAAA", "bnVsbA", new('A', 2000), "W10", "é", "-1"],
        "asOf" or "from" or "to" => Instants,
        "atPosition" => Positions,
        "currency" => ["usd", "XXX", "US", "USDX", "é", "1"],
        _ => Words,
    };
}
