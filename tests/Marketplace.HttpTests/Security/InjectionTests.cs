using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>What a caller writes is data wherever it goes: to the database, into headers, into pages.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class InjectionTests(ServedMarketplace market)
{
    private static readonly string[] Sql =
    [
        "'", "''", "' or '1'='1", "'; drop table marketplace.product; --", "1; select pg_sleep(30)", "\\'; select pg_sleep(30) --", "$$; select pg_sleep(30); $$", "%27%20or%201=1",
        "x' union select password from pg_shadow --", "{0}", "$1", ":p", "@p0", "?", "E'\\\\x27'", "`", "%", "_", "\\", "*/ or 1=1 /*",
    ];

    [Fact]
    public async Task Statements_in_paths_queries_and_headers_are_refused_or_kept_as_text()
    {
        var (before, auditor) = (await market.EventsAsync(), Tokens.Of("aud", Role.Auditor));
        var began = System.Diagnostics.Stopwatch.StartNew();
        foreach (var sql in Sql)
        {
            var text = Uri.EscapeDataString(sql);
            foreach (var path in new[]
                     {
                         $"/v1/products/{text}", $"/v1/products/{text}/offers", $"/v1/products/{text}/lowest-prices", $"/v1/sellers/{text}/offers", $"/v1/sellers/powells/offers/{text}",
                         $"/v1/reviews/{text}", $"/v1/audit/streams/{text}", $"/v1/products?after={text}", $"/v1/products?limit={text}", $"/v1/products/book/offers?currency={text}",
                         $"/v1/products/book/offers?listingType={text}", $"/v1/sellers/powells/offers?status={text}", $"/v1/products/book/reviews?sort={text}",
                         $"/v1/products/book/lowest-prices?asOf={text}", $"/v1/products/book/lowest-prices?atPosition={text}", $"/v1/products/book/price-history?listingType=used&from={text}",
                         $"/v1/audit/events?after={text}", $"/products/{text}", $"/products/book?asOf={text}", $"/?after={text}", $"/v1/sellers/powells/feeds/{text}",
                         $"/v1/sellers/powells/feeds/{market.TheirFeed}/results?after={text}",
                     })
            {
                var answer = await market.SendAsync("GET", path, null, path.Contains("audit") ? auditor : path.Contains("feeds") ? market.Attacker : null);
                Assert.True(answer.Status < 500, $"{path}: {answer.Status} {answer.Body}");
                Assert.DoesNotContain("syntax error", answer.Body);
            }
            foreach (var header in new[] { "If-None-Match", "Marketplace-Min-Position", "Accept", "Traceparent" })
                Assert.True((await market.SendAsync("GET", "/v1/products/book", null, null, (header, sql))).Status < 500, $"{header}: {sql}");
            foreach (var header in new[] { "If-Match", "Marketplace-Cause", "Marketplace-Effective-At", "Idempotency-Key" })
                Assert.True((await market.SendAsync("PATCH", Given.Offer("powells", "absent"), "{}", market.Attacker, (header, sql))).Status is >= 400 and < 500, $"{header}: {sql}");
        }
        Assert.Equal(before, await market.EventsAsync());
        // Generous: one of the sleeps alone would take half a minute, and there are as many as requests.
        Assert.True(began.Elapsed < TimeSpan.FromMinutes(5), $"It took {began.Elapsed}.");
    }

    [Fact]
    public async Task Statements_in_bodies_come_back_as_they_were_sent()
    {
        var catalog = Tokens.Of("cat", Role.Catalog);
        for (var i = 0; i < Sql.Length; i++)
        {
            var words = new { title = Sql[i], author = Sql[i], description = Sql[i] };
            (await market.SendAsync("PUT", $"/v1/products/sql-{i}", words, catalog)).ShouldBe(201);
            var stored = (await market.SendAsync("GET", $"/v1/products/sql-{i}")).ShouldBe(200);
            Assert.Equal((Sql[i], Sql[i], Sql[i]), ((string?)stored.Json["title"], (string?)stored.Json["author"], (string?)stored.Json["description"]));
            (await market.SendAsync("PATCH", Given.Offer("powells"), new { quantity = 100 + i, reason = Sql[i] }, market.Attacker, ("Marketplace-Reference", Sql[i]))).ShouldBe(200);
            (await market.SendAsync("POST", "/v1/products/book/reviews", new { reviewerId = $"sql-{i}", title = Sql[i], body = Sql[i] }, Tokens.Of($"sql-{i}", Role.Reviewer))).ShouldBe(201);
            (await market.SendAsync("POST", "/v1/lowest-prices/query", new { productIds = new[] { Sql[i] } })).ShouldBeOneOf(200, 400);
        }
        var history = (await market.SendAsync("GET", "/v1/audit/streams/offer%2Fpowells%2Fsku-1?limit=500", null, Tokens.Of("aud", Role.Auditor))).ShouldBe(200).Json["items"]!.AsArray();
        Assert.Equal(Sql, history.Select(item => (string?)item!["reason"]).Where(reason => Sql.Contains(reason)));
    }

    [Theory]
    [InlineData("\r\nX-Injected: 1")]
    [InlineData("\r\n\r\n<script>alert(1)</script>")]
    [InlineData("\nSet-Cookie: session=1")]
    [InlineData("\u010D\u010ASet-Cookie: session=1")]
    public async Task Line_ends_of_a_caller_make_no_header_and_no_second_answer(string end)
    {
        var encoded = Uri.EscapeDataString(end);
        foreach (var path in new[] { $"/v1/products/a{encoded}", $"/v1/sellers/a{encoded}/offers/b", $"/v1/products?after={encoded}", $"/products/a{encoded}", $"/swagger/{encoded}", $"/{encoded}" })
        {
            var answer = await market.RawAsync($"GET {path} HTTP/1.1");
            Assert.True(answer.Status is >= 200 and < 500, $"{path}: {answer.Status}");
            foreach (var line in answer.Head.Split("\r\n")) Assert.False(line.StartsWith("X-Injected") || line.StartsWith("Set-Cookie"), answer.Head);
            Assert.DoesNotContain("<script>", answer.Body);
        }
        // What comes back in headers (place, tag, position) is made of ids and numbers alone.
        var body = (await market.SendAsync("PUT", $"/v1/sellers/powells/offers/a{encoded}", Given.Terms("book", 5m), market.Attacker)).ShouldBeProblem(400);
        Assert.DoesNotContain("Location", body.Headers.Keys);
        var reason = await market.SendAsync("PATCH", Given.Offer("powells"), new { quantity = 50 + end.Length, reason = $"a{end}" }, market.Attacker);
        Assert.DoesNotContain(reason.Headers.Keys, name => name is "X-Injected" or "Set-Cookie");
    }
}
