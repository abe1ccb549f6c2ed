using Marketplace.Idempotency;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tests.Idempotency;

public class FingerprintTests
{
    [Fact]
    public void No_two_different_requests_look_alike()
    {
        var requests = new[]
        {
            Of("PUT", "/a", ""), Of("PATCH", "/a", ""), Of("PUT", "/ab", ""), Of("PUT", "/a", "?b"), Of("PUT", "/a", "?b=1"), Of("PUT", "/A", ""),
            Of("PUT", "/a", "", ("If-Match", "1")), Of("PUT", "/a", "", ("If-None-Match", "1")), Of("PUT", "/a", "", ("Content-Type", "1")),
            Of("PUT", "/a", "", ("Marketplace-Reason", "1")), Of("PUT", "/a", "", ("Marketplace-Reason", "12")), Of("PUT", "/a", "", ("Marketplace-Cause", "1")),
            Of("PUT", "/a", "", ("Marketplace-Cause", "1"), ("Marketplace-Reason", "1")), Of("PUT", "/a", "", ("Marketplace-Other", "1")),
            Of("PUT", "/a", "", ("If-Match", "1,2")), Of("PUT", "/a", "", ("If-Match", "1"), ("If-None-Match", "1")),
        };

        Assert.Equal(requests.Length, requests.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Two_values_are_not_one_with_a_comma()
    {
        var two = new DefaultHttpContext().Request;
        two.Headers.IfMatch = new(["1", "2"]);
        var one = new DefaultHttpContext().Request;
        one.Headers.IfMatch = "1,2";

        Assert.NotEqual(Fingerprint.OfHead(one), Fingerprint.OfHead(two));
    }

    [Fact]
    public void The_order_of_headers_and_those_of_the_try_do_not_count()
    {
        Assert.Equal(Of("PUT", "/a", "", ("Marketplace-Cause", "rule"), ("Marketplace-Reason", "r")), Of("PUT", "/a", "", ("marketplace-reason", "r"), ("Marketplace-Cause", "rule")));
        Assert.Equal(Of("PUT", "/a", ""), Of("PUT", "/a", "", ("traceparent", "00-1"), ("Authorization", "Bearer x"), ("Accept", "*/*"), ("Idempotency-Key", "k")));
    }

    [Fact]
    public void The_body_counts()
    {
        var head = Of("PUT", "/a", "");

        Assert.NotEqual(Fingerprint.Of(head, [1]), Fingerprint.Of(head, [2]));
    }

    private static byte[] Of(string method, string path, string query, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path, request.QueryString) = (method, path, new QueryString(query));
        foreach (var (name, value) in headers) request.Headers[name] = value;
        return Fingerprint.OfHead(request);
    }
}
