using System.Reflection;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Idempotency;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Hosting;

/// <summary>
/// Makes the document say of every operation exactly what its endpoint does, on either stack: the answers its attributes name, the refusals
/// of its kind, and the headers of the contract.
/// </summary>
public static class OpenApiOperations
{
    private const string Json = "application/json";

    /// <summary>Describes one operation.</summary>
    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var description = context.Description;
        if (EndpointMethods.Find(description.HttpMethod!, description.RelativePath!) is not { } method) return;
        var (isWrite, isRead) = (Takes(method, typeof(Writes)), Takes(method, typeof(Reads)) || Takes(method, typeof(AsyncReads)));
        var isKeyed = description.HttpMethod != "GET" && method.GetCustomAttribute<ChangesNothingAttribute>() is null;
        var produced = method.GetCustomAttributes<ProducesResponseTypeAttribute>().ToArray();
        if (method.GetCustomAttribute<StreamsBodyAttribute>() is not null) operation.RequestBody = await OpenApiFeeds.BodyAsync(context, ct);
        var answers = new OpenApiResponses();
        foreach (var one in produced)
        {
            var answer = await AnswerAsync(one, operation.Responses?.GetValueOrDefault($"{one.StatusCode}"), context, ct);
            if (isWrite || isRead) answer.Headers![ContractHeaders.Position] = Header("The position the answer is complete through.", OpenApiSchemas.Whole());
            if (isWrite || produced.Any(other => other.StatusCode == 304)) answer.Headers!["ETag"] = Header("The version's entity tag.", OpenApiSchemas.Text());
            if (isKeyed) answer.Headers![ContractHeaders.IdempotencyReplayed] = Header("true on the answer to a repeat.", OpenApiSchemas.Words("true"));
            answers[$"{one.StatusCode}"] = answer;
        }
        foreach (var status in Refusals(method, isWrite, isKeyed, hasBody: operation.RequestBody is not null, description.RelativePath!))
            answers.TryAdd($"{status}", Refusal(status, isKeyed, context.Document));
        operation.Responses = answers;
        operation.Parameters = [.. Parameters(operation.Parameters ?? [], description.RelativePath!), .. Headers(isWrite, isRead, isKeyed, produced)];
        if (operation.RequestBody is OpenApiRequestBody body) body.Required = true;
    }

    private static bool Takes(MethodInfo method, Type service) => method.GetParameters().Any(parameter => parameter.ParameterType == service);

    private static async Task<OpenApiResponse> AnswerAsync(ProducesResponseTypeAttribute declared, IOpenApiResponse? found,
        OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var answer = new OpenApiResponse { Description = Title(declared.StatusCode), Headers = new Dictionary<string, IOpenApiHeader>() };
        if (declared.StatusCode is 201 or 202) answer.Headers["Location"] = Header("Where the new resource is.", OpenApiSchemas.Text());
        if (declared.Type == typeof(void)) return answer;
        var types = new MediaTypeCollection();
        ((IApiResponseMetadataProvider)declared).SetContentTypes(types);
        if (types.Count == 0) types.Add(Json);
        answer.Content = new Dictionary<string, OpenApiMediaType>();
        foreach (var type in types)
        {
            var schema = type.Contains("json", StringComparison.Ordinal)
                ? found?.Content?.Values.FirstOrDefault(content => content.Schema is OpenApiSchemaReference)?.Schema
                    ?? await context.GetOrCreateSchemaAsync(declared.Type!, null, ct)
                : OpenApiSchemas.Text();
            answer.Content[type] = new OpenApiMediaType { Schema = schema };
        }
        return answer;
    }

    private static IEnumerable<int> Refusals(MethodInfo method, bool isWrite, bool isKeyed, bool hasBody, string path)
    {
        var own = method.GetCustomAttribute<RefusesAttribute>()?.Statuses ?? [];
        // Pages for people say in a page what is wrong; whether the program lives depends on nothing.
        if (!path.StartsWith("v1/", StringComparison.Ordinal)) return own;
        int[] shared = [400, 429, 503];
        int[] ofWrites = isWrite ? [409, 412] : [];
        int[] ofKeys = isKeyed ? [408, 409, 413, 422] : [];
        int[] ofBodies = hasBody ? [406, 408, 413, 415] : [];
        return [.. shared.Concat(ofWrites).Concat(ofKeys).Concat(ofBodies).Concat(own).Distinct().Order()];
    }

    internal static OpenApiResponse Refusal(int status, bool isKeyed, Microsoft.OpenApi.OpenApiDocument? document) => new()
    {
        Description = Title(status),
        // Of the 409s only those that pass by themselves carry it.
        Headers = status is 429 or 503 || (status == 409 && isKeyed)
            ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header("Seconds.", OpenApiSchemas.Whole(1)) }
            : null,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [Problems.MediaType] = new() { Schema = new OpenApiSchemaReference(OpenApiSchemas.Problem, document) },
        },
    };

    private static IEnumerable<IOpenApiParameter> Parameters(IEnumerable<IOpenApiParameter> found, string path)
    {
        foreach (var parameter in found)
        {
            if (parameter is OpenApiParameter one && OpenApiSchemas.Parameter(one.Name!, path) is { } schema)
            {
                one.Schema = schema;
                one.Required = one.In == ParameterLocation.Path
                    || (one.Name == "listingType" && path.Contains("price-history", StringComparison.Ordinal));
            }
            yield return parameter;
        }
    }

    private static IEnumerable<IOpenApiParameter> Headers(bool isWrite, bool isRead, bool isKeyed, ProducesResponseTypeAttribute[] produced)
    {
        if (isRead) yield return Parameter(ContractHeaders.MinPosition, OpenApiSchemas.Whole(), "Answer only once the read model has reached this position.");
        if (isWrite) yield return Parameter("If-Match", OpenApiSchemas.Text(), "Only if the current version is one of these entity tags; else 412.");
        if (isWrite) yield return Parameter("If-None-Match", OpenApiSchemas.Text(), "Only if the current version is none of these; * when nothing is stored.");
        else if (produced.Any(one => one.StatusCode == 304)) yield return Parameter("If-None-Match", OpenApiSchemas.Text(), "304 if the entity tag is one of these.");
        if (isKeyed) yield return Parameter(ContractHeaders.IdempotencyKey, OpenApiSchemas.Key(), "Names the request: a repeat is answered as the first was.");
        if (!isWrite) yield break;
        yield return Parameter(ContractHeaders.Cause, OpenApiSchemas.Words("manual", "rule", "correction"), "Why; manual without it. A correction needs the role operator.");
        yield return Parameter(ContractHeaders.Reference, OpenApiSchemas.Text(Intents.MaxReference), "What the cause refers to.");
        yield return Parameter(ContractHeaders.Reason, OpenApiSchemas.Text(Intents.MaxReason), "The reason in the caller's own words.");
        yield return Parameter(ContractHeaders.EffectiveAt, OpenApiSchemas.Instant(), "When the fact holds; needs the cause correction.");
    }

    private static OpenApiParameter Parameter(string name, OpenApiSchema schema, string description) =>
        new() { Name = name, In = ParameterLocation.Header, Schema = schema, Description = description };

    private static OpenApiHeader Header(string description, OpenApiSchema schema) => new() { Description = description, Schema = schema };

    private static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
