using System.Text.Json.Nodes;
using Marketplace.Domain;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.HttpTests.Contract;

public class OpenApiTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    [Fact]
    public async Task Every_served_route_is_in_the_document_and_the_reverse()
    {
        var served =
            from endpoint in app.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
            where !path.StartsWith("/openapi/", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
            select $"{method} {path}";

        Assert.Equal(served.Order(), (await OpenApi.ReadAsync(app.Api)).Operations.Select(operation => operation.Name).Order());
    }

    [Fact]
    public async Task Every_route_of_the_contract_is_there()
    {
        string[] contract =
        [
            "PUT /v1/products/{productId}", "GET /v1/products/{productId}", "GET /v1/products", "PUT /v1/sellers/{sellerId}/offers/{sku}",
            "GET /v1/sellers/{sellerId}/offers/{sku}", "PATCH /v1/sellers/{sellerId}/offers/{sku}", "POST /v1/sellers/{sellerId}/offers/{sku}/pause",
            "POST /v1/sellers/{sellerId}/offers/{sku}/resume", "DELETE /v1/sellers/{sellerId}/offers/{sku}", "GET /v1/sellers/{sellerId}/offers",
            "GET /v1/products/{productId}/offers", "GET /v1/products/{productId}/lowest-prices", "POST /v1/lowest-prices/query",
            "POST /v1/products/{productId}/reviews", "GET /v1/products/{productId}/reviews", "GET /v1/products/{productId}/reviews/summary",
            "GET /v1/reviews/{reviewId}", "DELETE /v1/reviews/{reviewId}", "PUT /v1/reviews/{reviewId}/votes/{voterId}",
            "POST /v1/reviews/{reviewId}/hide", "POST /v1/reviews/{reviewId}/restore", "GET /v1/products/{productId}/price-history",
            "GET /v1/products/{productId}/price-history.svg", "GET /v1/sellers/{sellerId}/offers/{sku}/price-history",
            "POST /v1/sellers/{sellerId}/feeds", "GET /v1/sellers/{sellerId}/feeds/{feedId}", "GET /v1/sellers/{sellerId}/feeds/{feedId}/results",
            "DELETE /v1/sellers/{sellerId}/feeds/{feedId}", "GET /v1/audit/streams/{streamKey}", "GET /v1/audit/events", "GET /health/live", "GET /health/ready", "GET /",
        ];

        Assert.Empty(contract.Except((await OpenApi.ReadAsync(app.Api)).Operations.Select(operation => operation.Name)));
    }

    [Fact]
    public async Task Every_operation_says_what_it_answers_and_how_it_refuses()
    {
        var api = await OpenApi.ReadAsync(app.Api);
        foreach (var operation in api.Operations)
        {
            var responses = operation.Node["responses"]!.AsObject();
            Assert.Contains(responses, response => response.Key is "200" or "202" or "204");
            foreach (var (status, response) in responses)
            {
                var content = response!["content"]?.AsObject();
                if (status is "204" or "304") Assert.True(content is null || content.Count == 0, $"{operation.Name} {status} has a body");
                else Assert.All(content!, type => Assert.NotEmpty(api.Resolve(type.Value!["schema"]!).AsObject()));
                if (operation.IsApi && int.Parse(status) >= 400)
                    Assert.Equal("#/components/schemas/Problem", (string?)content!["application/problem+json"]!["schema"]!["$ref"]);
            }
            if (operation.IsApi) Assert.Empty(new[] { "400", "429", "503" }.Except(operation.Statuses));
            if (operation.IsWrite) Assert.Empty(new[] { "409", "412" }.Except(operation.Statuses));
            if (operation.IsKeyed) Assert.Empty(new[] { "408", "409", "422" }.Except(operation.Statuses));
            if (operation.HasBody) Assert.Empty(new[] { "408", "413", "415" }.Except(operation.Statuses));
        }
        string[] put = ["200", "201", "400", "401", "403", "404", "406", "408", "409", "412", "413", "415", "422", "429", "503"];
        Assert.Equal(["200", "304", "400", "401", "404", "429", "503"], Find(api, "GET /v1/sellers/{sellerId}/offers/{sku}").Statuses.Order());
        Assert.Equal(put, Find(api, "PUT /v1/sellers/{sellerId}/offers/{sku}").Statuses.Order());
        Assert.Equal(["204", "400", "401", "403", "404", "408", "409", "412", "413", "422", "429", "503"], Find(api, "DELETE /v1/sellers/{sellerId}/offers/{sku}").Statuses.Order());
        Assert.Equal(["200", "400", "401", "429", "503"], Find(api, "GET /v1/products").Statuses.Order());
    }

    [Fact]
    public async Task Every_operation_says_who_may_as_the_table_of_access_does()
    {
        var api = await OpenApi.ReadAsync(app.Api);
        var scheme = Assert.Single(api.Document["components"]!["securitySchemes"]!.AsObject());
        Assert.Equal(("http", "bearer", "JWT"), ((string?)scheme.Value!["type"], (string?)scheme.Value["scheme"], (string?)scheme.Value["bearerFormat"]));

        foreach (var operation in api.Operations)
        {
            var rule = Access.Find(operation.Method, operation.Path)!;
            var security = operation.Node["security"]!.AsArray().Select(one => one!.AsObject());
            string[] asked = [.. security.Select(one => one.Count == 0 ? "nobody" : string.Join(' ', one[scheme.Key]!.AsArray().Select(role => (string?)role)))];
            Assert.Equal(rule.IsOpen ? ["nobody", ""] : rule.Grants.Select(grant => Word.Of(grant.Role)), asked);
            Assert.Contains("401", operation.Statuses);
            Assert.Equal(!rule.IsOpen, operation.Statuses.Contains("403"));
            Assert.NotNull(operation.Node["responses"]!["401"]!["headers"]!["WWW-Authenticate"]);
            foreach (var grant in rule.Grants) Assert.Contains($"`{Word.Of(grant.Role)}` ({grant.Whose})", (string?)operation.Node["description"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_headers_of_the_contract_are_parameters_where_they_are_read()
    {
        var api = await OpenApi.ReadAsync(app.Api);

        Assert.Equal(
            ["Idempotency-Key", "If-Match", "If-None-Match", "Marketplace-Cause", "Marketplace-Effective-At", "Marketplace-Reason", "Marketplace-Reference"],
            Find(api, "PATCH /v1/sellers/{sellerId}/offers/{sku}").Parameters("header").Order());
        Assert.Equal(["If-None-Match", "Marketplace-Min-Position"], Find(api, "GET /v1/products/{productId}").Parameters("header").Order());
        Assert.Equal(["Marketplace-Min-Position"], Find(api, "POST /v1/lowest-prices/query").Parameters("header"));
        Assert.All(api.Operations, operation => Assert.Equal(operation.Method != "GET" && operation.Name != "POST /v1/lowest-prices/query", operation.IsKeyed));
        Assert.Empty(Find(api, "GET /health/live").Parameters("header"));
    }

    [Fact]
    public async Task Money_words_and_instants_have_their_schemas()
    {
        var api = await OpenApi.ReadAsync(app.Api);
        var schemas = api.Document["components"]!["schemas"]!;
        JsonNode Property(string schema, string name) => api.Resolve(schemas[schema]!["properties"]![name]!);

        var price = Property("OfferView", "price");
        Assert.Equal("number", (string?)price["properties"]!["amount"]!["type"]);
        Assert.Equal(["amount", "currency"], price["required"]!.AsArray().Select(name => (string?)name).Order());
        Assert.Equal(["used", "collectible", "zShops"], Property("OfferView", "listingType")["enum"]!.AsArray().Select(word => (string?)word));
        Assert.Equal(["new", "like_new", "very_good", "good", "acceptable"], Property("OfferView", "condition")["enum"]!.AsArray().Select(word => (string?)word));
        Assert.Equal(["active", "paused", "sold_out", "withdrawn"], Property("OfferView", "status")["enum"]!.AsArray().Select(word => (string?)word));
        Assert.Equal(("string", "date-time"), ((string?)Property("OfferView", "priceSince")["type"], (string?)Property("OfferView", "priceSince")["format"]));
        foreach (var body in new[] { "PostOffer", "ReviseOffer" })
        {
            Assert.Matches("amount|schemas/Money", Property(body, "price").ToJsonString());
            Assert.Contains("integer", Property(body, "quantity").ToJsonString());
        }
        Assert.Matches("ListingType|zShops", Property("PostOffer", "listingType").ToJsonString());
        Assert.Equal(["condition", "listingType", "price", "productId", "quantity"], schemas["PostOffer"]!["required"]!.AsArray().Select(name => (string?)name).Order());
        Assert.Null(schemas["ReviseOffer"]!["required"]);
        Assert.Equal("array", (string?)Property("PageOfOfferView", "items")["type"]);
    }

    [Fact]
    public async Task Parameters_have_their_schemas()
    {
        var api = await OpenApi.ReadAsync(app.Api);
        JsonNode Schema(string operation, string name) =>
            api.Resolve(Find(api, operation).Node["parameters"]!.AsArray().Single(parameter => (string?)parameter!["name"] == name)!["schema"]!);

        Assert.Equal(("integer", "500"), ((string?)Schema("GET /v1/products", "limit")["type"], Schema("GET /v1/products", "limit")["maximum"]!.ToString()));
        Assert.Equal(3, Schema("GET /v1/products/{productId}/offers", "listingType")["enum"]!.AsArray().Count);
        Assert.Equal("date-time", (string?)Schema("GET /v1/products/{productId}/lowest-prices", "asOf")["format"]);
        Assert.Equal("40", Schema("GET /v1/products/{productId}", "productId")["maxLength"]!.ToString());
        var history = Find(api, "GET /v1/products/{productId}/price-history").Node["parameters"]!.AsArray();
        Assert.True((bool)history.Single(parameter => (string?)parameter!["name"] == "listingType")!["required"]!);
        var bodies = Find(api, "PATCH /v1/sellers/{sellerId}/offers/{sku}").Node["requestBody"]!["content"]!.AsObject().Select(type => type.Key);
        Assert.Equal(["application/json", "application/merge-patch+json"], bodies.Order());
    }

    [Fact]
    public async Task The_document_holds_together_and_speaks_of_the_marketplace_alone()
    {
        var api = await OpenApi.ReadAsync(app.Api);
        var text = api.Document.ToJsonString();

        foreach (var word in new[] { "IResult", "System.", "Microsoft", "HttpContext", "Wolverine", "Marten", "Settable", "Npgsql" }) Assert.DoesNotContain(word, text);
        Assert.Equal(api.Operations.Count, api.Operations.Select(operation => (string?)operation.Node["operationId"]).Distinct().Count());
        foreach (var reference in References(api.Document)) Assert.NotNull(api.Document["components"]!["schemas"]![reference.Split('/')[^1]]);
        Assert.All(api.Operations, operation => Assert.NotEmpty(operation.Node["tags"]!.AsArray()));
    }

    private static Operation Find(OpenApi api, string name) => api.Operations.Single(operation => operation.Name == name);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject one => one.SelectMany(member => member.Key == "$ref" ? [(string)member.Value!] : References(member.Value)),
        JsonArray many => many.SelectMany(References),
        _ => [],
    };
}
