using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Security;

/// <summary>API9:2023 Improper Inventory Management: what is served is what is documented, in one version, from one place.</summary>
[Collection(OwaspApiSecurityTop10.Name)]
public sealed class Api09ImproperInventoryManagementTests(ServedMarketplace market)
{
    [Fact]
    public async Task The_document_and_the_table_of_access_name_the_same_operations()
    {
        var document = JsonNode.Parse((await market.SendAsync("GET", "/openapi/v1.json")).ShouldBe(200).Body)!;
        var documented = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

        Assert.Equal(
            Access.Rules.Where(rule => !rule.Route.StartsWith("/openapi/")).Select(rule => $"{rule.Method} {rule.Route}").Order(),
            documented.Order());
    }

    [Fact]
    public async Task Every_documented_operation_is_there_and_knows_no_other_method()
    {
        var document = JsonNode.Parse((await market.SendAsync("GET", "/openapi/v1.json")).Body)!;
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            var target = path.Replace("{", "").Replace("}", "");
            var documented = operations!.AsObject().Select(operation => operation.Key.ToUpperInvariant()).ToHashSet();
            foreach (var method in new[] { "GET", "PUT", "POST", "PATCH", "DELETE" })
            {
                var status = (await market.SendAsync(method, target, method == "GET" ? null : "{}")).Status;
                Assert.True(documented.Contains(method) ? status != 405 : status == 405, $"{method} {path}: {status}");
            }
        }
    }

    [Fact]
    public async Task The_document_names_no_other_host_and_no_other_version()
    {
        var document = JsonNode.Parse((await market.SendAsync("GET", "/openapi/v1.json")).Body)!;

        Assert.All(document["servers"]?.AsArray() ?? [], server => Assert.StartsWith(market.Address.ToString().TrimEnd('/'), (string)server!["url"]!));
        Assert.All(document["paths"]!.AsObject(), path => Assert.Matches("^/(v1/|health/|metrics$|products/|$)", path.Key));
    }

    [Theory]
    [InlineData("/v0/products")]
    [InlineData("/v2/products")]
    [InlineData("/v1beta/products")]
    [InlineData("/v1.0/products")]
    [InlineData("/api/v1/products")]
    [InlineData("/internal/products")]
    [InlineData("/admin")]
    [InlineData("/debug")]
    [InlineData("/debug/pprof/")]
    [InlineData("/actuator/env")]
    [InlineData("/env")]
    [InlineData("/health")]
    [InlineData("/healthz")]
    [InlineData("/trace")]
    [InlineData("/console")]
    [InlineData("/graphql")]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/openapi/v2.json")]
    [InlineData("/openapi/internal.json")]
    [InlineData("/.git/config")]
    [InlineData("/.env")]
    [InlineData("/appsettings.json")]
    [InlineData("/web.config")]
    [InlineData("/Marketplace.dll")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/swagger/../appsettings.json")]
    [InlineData("/swagger/..%2fappsettings.json")]
    public async Task Nothing_else_is_served(string path)
    {
        var answer = await market.RawAsync($"GET {path} HTTP/1.1", Tokens.Of("op", Role.Operator, Role.Auditor, Role.Catalog));

        Assert.Equal(404, answer.Status);
    }
}
