using System.Text;
using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Marketplace.Listings;

namespace Marketplace.HttpTests.Security;

/// <summary>API10:2023 Unsafe Consumption of APIs: what comes from others (a listing page, a feed, an issuer's metadata) is checked like a caller's.</summary>
public sealed class Api10UnsafeConsumptionOfApisTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    [Theory]
    [InlineData("Used price: $1e9\n")]
    [InlineData("Used price: $-1.00\n")]
    [InlineData("Used price: $0.00\n")]
    [InlineData("Used price: $99999999999999999999.00\n")]
    [InlineData("Used price: $1.00; drop table product\n")]
    [InlineData("Used price: $1.00'--\n")]
    [InlineData("Used price: NaN\n")]
    [InlineData("Used price: $\u0661.00\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>\n")]
    [InlineData("{\"price\": 1}\n")]
    public async Task A_listing_page_that_is_none_is_not_imported_and_changes_nothing(string page)
    {
        var before = await EventsAsync();
        var (code, output) = await ImportAsync(Encoding.UTF8.GetBytes(page));

        Assert.Equal(1, code);
        Assert.DoesNotContain("root:", output);
        Assert.Equal(before, await EventsAsync());
    }

    [Fact]
    public async Task What_a_listing_page_says_of_a_product_is_text_and_nothing_else()
    {
        var review = "<script>alert(document.domain)</script> ' or 1=1; -- ${jndi:ldap://x} {{7*7}} %s%n";
        var (code, output) = await ImportAsync(Encoding.UTF8.GetBytes($"Used price: $20.00\n{review}\n"), "hostile");
        Assert.True(code == 0, output);

        var stored = (await app.Api.GetAsync("/v1/products/hostile-1/reviews")).ShouldBe(200).Json["items"]![0]!;
        Assert.Equal(review, (string?)stored["body"]);
        var shown = (await app.Api.GetAsync("/products/hostile-1")).ShouldBe(200).Body;
        Assert.DoesNotContain("<script>alert", shown);
        Assert.Contains("&lt;script&gt;", shown);
    }

    [Fact]
    public async Task A_file_whose_name_is_an_attack_becomes_a_plain_id()
    {
        foreach (var name in new[] { "../../etc/passwd", "a'; drop table product; --", "<b>", "   ", new string('x', 300) })
            Assert.Matches("^[A-Za-z0-9-]{1,40}$", ImportListing.ProductId(name, 1));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_feeds_hostile_lines_are_each_refused_and_stop_nothing()
    {
        var seller = MarketplaceFixture.NewId("feeder");
        var product = await app.Api.NewProductAsync();
        (await app.Api.PutAsync($"/v1/sellers/{seller}/offers/good", new { productId = product, listingType = "used", condition = "good", price = new { amount = 5, currency = "USD" }, quantity = 1 }))
            .ShouldBe(201);
        string[] hostile =
        [
            "null", "[]", "\"text\"", "{", "{}", "{\"op\":\"drop\"}", "{\"op\":\"patch\"}", "{\"op\":\"patch\",\"sku\":\"' or 1=1 --\"}", "{\"op\":\"patch\",\"sku\":\"../x\",\"quantity\":1}",
            "{\"op\":\"patch\",\"sku\":\"good\",\"quantity\":1e400}", "{\"op\":\"patch\",\"sku\":\"good\",\"quantity\":-1}", "{\"op\":\"patch\",\"sku\":\"good\",\"status\":\"active\"}",
            "{\"op\":\"patch\",\"sku\":\"good\",\"sku\":\"other\",\"quantity\":3}", "{\"op\":\"patch\",\"sku\":\"good\",\"reason\":\"a\\u0000b\"}", "{\"op\":\"patch\",\"sku\":\"good\",\"reason\":\"\\ud800\"}",
            "{\"op\":\"patch\",\"sku\":\"good\",\"price\":{\"amount\":\"1\",\"currency\":\"USD\"}}", new string('[', 10_000), "{\"__proto__\":{\"op\":\"patch\"},\"$type\":\"System.Object\"}",
        ];
        var lines = string.Concat(hostile.Select(line => line + "\n")) + "{\"op\":\"patch\",\"sku\":\"good\",\"quantity\":9}\n";
        using var client = app.NewClient();
        using var content = new StringContent(lines, Encoding.UTF8);
        content.Headers.ContentType = new("application/x-ndjson");
        using var taken = await client.PostAsync($"/v1/sellers/{seller}/feeds", content);
        Assert.Equal(202, (int)taken.StatusCode);
        var feed = (string)JsonNode.Parse(await taken.Content.ReadAsStringAsync())!["feedId"]!;
        JsonNode view;
        var until = DateTime.UtcNow + MarketplaceFixture.Patience;
        while ((string?)(view = (await app.Api.GetAsync($"/v1/sellers/{seller}/feeds/{feed}")).ShouldBe(200).Json)["status"] != "done")
        {
            Assert.True(DateTime.UtcNow < until, $"{view}");
            await Task.Delay(20);
        }

        Assert.Equal((hostile.Length, 1), ((int)view["rejected"]!, (int)view["accepted"]!));
        var results = (await app.Api.GetAsync($"/v1/sellers/{seller}/feeds/{feed}/results")).ShouldBe(200).Body;
        foreach (var word in new[] { "System.Text", "Npgsql", "Exception", "   at " }) Assert.DoesNotContain(word, results);
        Assert.Equal(9, (int)(await app.Api.GetAsync($"/v1/sellers/{seller}/offers/good")).Json["quantity"]!);
    }

    [Theory]
    [InlineData("http://issuer.example", false)]
    [InlineData("http://127.0.0.1.issuer.example", false)]
    [InlineData("http://169.254.169.254/latest/meta-data", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("https://issuer.example?next=x", false)]
    [InlineData("https://issuer.example", true)]
    [InlineData("http://localhost:8081", true)]
    public void An_issuers_metadata_is_read_over_https_or_from_this_machine(string authority, bool isTrusted)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        configuration[IdentitySettings.AuthorityName] = authority;
        configuration[IdentitySettings.AudienceName] = "marketplace";

        var problem = IdentitySettings.Read(configuration, null, out _);

        Assert.Equal(isTrusted, problem is null);
    }

    private Task<long> EventsAsync() => app.Database.ScalarAsync<long>("select count(*) from marketplace.mt_events");

    private async Task<(int Code, string Output)> ImportAsync(byte[] page, string? name = null)
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-hostile-");
        try
        {
            var file = Path.Combine(folder.FullName, (name ?? "page") + ".txt");
            await File.WriteAllBytesAsync(file, page);
            using var output = new StringWriter();
            return (await ImportListing.RunAsync(file, app.Host.Services, output, output, CancellationToken.None), output.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
