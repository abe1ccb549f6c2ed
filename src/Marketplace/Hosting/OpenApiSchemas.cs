using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using FluentValidation.Validators;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Idempotency;
using Marketplace.Reviews;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Hosting;

/// <summary>The schemas of what this program reads and writes by converters of its own, which the framework cannot look into.</summary>
public static class OpenApiSchemas
{
    /// <summary>The name of the problem details' schema.</summary>
    public const string Problem = "Problem";

    private const string IdPattern = @"^(?!\.{1,2}$)[A-Za-z0-9._-]{1,40}$";

    /// <summary>The name of a type's schema; none for what only wraps another value.</summary>
    public static string? NameOf(JsonTypeInfo type) =>
        type.Type == typeof(RawJson) || IsSettable(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    /// <summary>Describes money, words, instants, members of a merge patch and stored JSON.</summary>
    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var declared = context.JsonTypeInfo.Type;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var isNullable = type != declared;
        if (IsSettable(type))
            (type, isNullable) = (type.GetGenericArguments()[0], true);

        if (type == typeof(Money)) Become(schema, Money(), isNullable);
        else if (type == typeof(DateTimeOffset)) Become(schema, Instant(), isNullable);
        else if (type == typeof(RawJson)) Become(schema, new OpenApiSchema { Type = JsonSchemaType.Object, Description = "As it is stored." }, false);
        else if (type.IsEnum && type.Assembly == typeof(Word).Assembly) Become(schema, Words(type), isNullable);
        else if (type == typeof(int) && isNullable && declared != typeof(int?)) Become(schema, Whole(), isNullable: true);
        else if (type.GetNestedType("Validator") is { } rules) schema.Required = Required((IValidator)Activator.CreateInstance(rules)!);
        return Task.CompletedTask;
    }

    /// <summary>The schema of a path or query parameter, by its name; null where it is any text.</summary>
    public static OpenApiSchema? Parameter(string name, string path) => (name, path) switch
    {
        ("productId" or "sellerId" or "sku" or "voterId", _) => new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = Id.MaxLength, Pattern = IdPattern },
        ("after", "v1/audit/events") => Whole(),
        ("limit", "v1/audit/events") => Whole(1),
        ("limit", _) => Whole(1, Query.MaxLimit, Query.DefaultLimit),
        ("atPosition", _) => Whole(),
        ("listingType", _) => Words(typeof(ListingType)),
        ("status", _) => Words(typeof(OfferStatus)),
        ("sort", _) => Words(typeof(ReviewSort)),
        ("currency", _) => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$" },
        ("asOf" or "from" or "to", _) when path.StartsWith("v1/", StringComparison.Ordinal) => Instant(),
        _ => null,
    };

    /// <summary>Words of an enum.</summary>
    public static OpenApiSchema Words(Type type) => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (JsonNode)(field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name))],
    };

    /// <summary>Words of no enum.</summary>
    public static OpenApiSchema Words(params string[] words) => new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };

    /// <summary>An idempotency key.</summary>
    public static OpenApiSchema Key() => new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = KeyHeader.MaxLength, Pattern = "^[!-~]+$" };

    /// <summary>An instant.</summary>
    public static OpenApiSchema Instant() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    /// <summary>Text.</summary>
    public static OpenApiSchema Text(int? most = null) => new() { Type = JsonSchemaType.String, MaxLength = most };

    /// <summary>A whole number.</summary>
    public static OpenApiSchema Whole(int least = 0, int? most = null, int? standard = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = "int64",
        Minimum = $"{least}",
        Maximum = most is { } value ? $"{value}" : null,
        Default = standard is { } number ? (JsonNode)number : null,
    };

    /// <summary>Problem details (RFC 9457).</summary>
    public static OpenApiSchema ProblemDetails() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Problem details (RFC 9457).",
        Required = new HashSet<string> { "type", "title", "status", "detail" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text(),
            ["title"] = Text(),
            ["status"] = Whole(400, 599),
            ["detail"] = Text(),
            ["traceId"] = Text(),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong, by the JSON path, parameter or header the caller sent.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text() },
            },
        },
    };

    private static bool IsSettable(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Settable<>);

    // A command's members may all be missing when it is read; its validator says which may not.
    private static HashSet<string> Required(IValidator validator) =>
        [.. validator.CreateDescriptor().GetMembersWithValidators()
            .Where(rule => rule.Any(one => one.Validator is INotNullValidator)).Select(rule => rule.Key)];

    private static OpenApiSchema Money() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "An exact decimal amount in one ISO 4217 currency, written with exactly as many decimals as the currency has.",
        Required = new HashSet<string> { "amount", "currency" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["amount"] = new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0", Maximum = $"{Domain.Money.Largest:0}" },
            ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$" },
        },
        AdditionalPropertiesAllowed = false,
    };

    private static void Become(OpenApiSchema schema, OpenApiSchema like, bool isNullable)
    {
        schema.Type = isNullable ? like.Type | JsonSchemaType.Null : like.Type;
        (schema.Format, schema.Pattern, schema.Minimum, schema.Maximum) = (like.Format, like.Pattern, like.Minimum, like.Maximum);
        (schema.Properties, schema.Required, schema.AdditionalPropertiesAllowed) = (like.Properties, like.Required, like.AdditionalPropertiesAllowed);
        schema.Description ??= like.Description;
        schema.Enum = like.Enum is { } words && isNullable ? [.. words, JsonNullSentinel.JsonNull] : like.Enum;
    }
}
