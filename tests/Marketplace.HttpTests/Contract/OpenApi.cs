using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Contract;

/// <summary>The OpenAPI document as the program serves it.</summary>
public sealed class OpenApi(JsonNode document)
{
    public JsonNode Document { get; } = document;

    /// <summary>Every operation of the document.</summary>
    public IReadOnlyList<Operation> Operations { get; } =
        [.. from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select new Operation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!)];

    public static async Task<OpenApi> ReadAsync(Api api) => new((await api.GetAsync("/openapi/v1.json")).ShouldBe(200).Json);

    /// <summary>A schema, behind its reference if it is one.</summary>
    public JsonNode Resolve(JsonNode schema) =>
        (string?)schema["$ref"] is { } reference
            ? Document["components"]!["schemas"]![reference.Split('/')[^1]] ?? throw new KeyNotFoundException(reference)
            : schema;
}

/// <summary>One operation.</summary>
public sealed record Operation(string Method, string Path, JsonNode Node)
{
    public string Name => $"{Method} {Path}";

    public bool IsApi => Path.StartsWith("/v1/", StringComparison.Ordinal);

    /// <summary>Its body is a command as JSON; a feed's lines are not.</summary>
    public bool HasBody => Node["requestBody"]?["content"]?["application/json"] is not null;

    /// <summary>It records: it can be told on which version.</summary>
    public bool IsWrite => Parameters("header").Contains("If-Match");

    /// <summary>A repeat of it can be answered as the first was.</summary>
    public bool IsKeyed => Parameters("header").Contains("Idempotency-Key");

    public IEnumerable<string> Statuses => Node["responses"]!.AsObject().Select(response => response.Key);

    public IEnumerable<string> Parameters(string where) =>
        (Node["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == where).Select(parameter => (string)parameter!["name"]!);
}
