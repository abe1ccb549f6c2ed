using Marketplace.Domain;
using Marketplace.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Hosting;

/// <summary>What the document says about who may: made from the table that requests are admitted by (<see cref="Access"/>).</summary>
public static class OpenApiSecurity
{
    private const string Scheme = "bearer";

    /// <summary>Names the one way to show who one is.</summary>
    public static void Describe(Microsoft.OpenApi.OpenApiDocument document) => document.AddComponent<IOpenApiSecurityScheme>(Scheme, new OpenApiSecurityScheme
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = "JWT",
        Description = "A JSON Web Token with the claims sub and role. In development: dotnet run --project src/Marketplace -- token --role seller --subject powells",
    });

    /// <summary>Says of an operation which roles may, and how callers are refused.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (Access.Find(context.Description.HttpMethod!, context.Description.RelativePath!) is not { } rule) return Task.CompletedTask;
        var scheme = new OpenApiSecuritySchemeReference(Scheme, context.Document);
        // An empty requirement makes the others optional. Names of roles may stand where OAuth has its scopes.
        operation.Security = rule.IsOpen
            ? [[], new OpenApiSecurityRequirement { [scheme] = [] }]
            : [.. rule.Grants.Select(grant => new OpenApiSecurityRequirement { [scheme] = [Word.Of(grant.Role)] })];
        operation.Description = string.Join("\n\n", new[] { operation.Description, AccessPage.Who(rule) }.Where(text => !string.IsNullOrEmpty(text)));
        var refused = OpenApiOperations.Refusal(401, isKeyed: false, context.Document);
        refused.Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["WWW-Authenticate"] = new OpenApiHeader { Description = "Bearer, and what is wrong with the token that was sent.", Schema = OpenApiSchemas.Text() },
        };
        operation.Responses ??= [];
        operation.Responses["401"] = refused;
        if (!rule.IsOpen) operation.Responses["403"] = OpenApiOperations.Refusal(403, isKeyed: false, context.Document);
        return Task.CompletedTask;
    }
}
