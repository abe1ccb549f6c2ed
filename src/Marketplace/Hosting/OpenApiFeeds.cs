using System.Text.Json.Nodes;
using Marketplace.Domain;
using Marketplace.Feeds;
using Marketplace.Feeds.Lines;
using Marketplace.Http;
using Marketplace.Offers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Hosting;

/// <summary>The body of a feed's upload, which the framework knows nothing of: lines, each a change.</summary>
public static class OpenApiFeeds
{
    /// <summary>Describes the body.</summary>
    public static async Task<OpenApiRequestBody> BodyAsync(OpenApiOperationTransformerContext context, CancellationToken ct) => new()
    {
        Required = true,
        Description = $"One change a line, at most {FeedLimits.MostLines} lines of at most {FeedLineReader.MaxBytes} bytes each and "
            + $"{FeedLimits.MostBytes} bytes in all; the schema is that of a line. Each line stands alone.",
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [Ndjson.MediaType] = new()
            {
                Schema = new OpenApiSchema
                {
                    OneOf =
                    [
                        Line(["put"], await context.GetOrCreateSchemaAsync(typeof(PostOffer), null, ct)),
                        Line(["patch"], await context.GetOrCreateSchemaAsync(typeof(ReviseOffer), null, ct)),
                        Line(["pause", "resume", "withdraw"], null),
                    ],
                },
            },
        },
    };

    // The members of the call, and which call on which offer it is.
    private static OpenApiSchema Line(string[] words, OpenApiSchema? call)
    {
        var properties = new Dictionary<string, IOpenApiSchema>
        {
            ["op"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] },
            ["sku"] = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = Id.MaxLength },
            ["messageId"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "The sender's own name for the line; the result repeats it." },
            ["reason"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "Why, in the seller's words." },
        };
        foreach (var (name, schema) in call?.Properties ?? new Dictionary<string, IOpenApiSchema>()) properties[name] = schema;
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = properties,
            Required = new HashSet<string>(["op", "sku", .. call?.Required ?? new HashSet<string>()]),
            AdditionalPropertiesAllowed = false,
        };
    }
}
