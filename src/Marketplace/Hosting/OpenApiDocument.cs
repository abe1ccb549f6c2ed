using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Hosting;

/// <summary>The OpenAPI document and the page to browse it.</summary>
public static class OpenApiDocument
{
    /// <summary>What the document says beyond the routes themselves.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.CreateSchemaReferenceId = OpenApiSchemas.NameOf;
        options.AddSchemaTransformer(OpenApiSchemas.DescribeAsync);
        options.AddOperationTransformer(OpenApiOperations.DescribeAsync);
        options.AddOperationTransformer(OpenApiSecurity.DescribeAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Marketplace";
            document.Info.Version = "v1";
            document.Info.Description = "Offers, lowest prices, reviews and price history, as events. Writes answer with the position they "
                + "reached; reads say through which position they are complete. Errors are problem details (RFC 9457).";
            OpenApiSecurity.Describe(document);
            document.AddComponent(OpenApiSchemas.Problem, OpenApiSchemas.ProblemDetails());
            // What the stacks add of their own is not what this program answers.
            document.Components?.Schemas?.Remove("HttpValidationProblemDetails");
            document.Components?.Schemas?.Remove("ProblemDetails");
            document.Components?.Schemas?.Remove("IResult");
            return Task.CompletedTask;
        });
    }

    /// <summary>Serves the document at <c>/openapi/v1.json</c> and the browsable page at <c>/swagger</c>.</summary>
    public static void MapDocumentation(this WebApplication app)
    {
        app.MapOpenApi("/openapi/v1.json");
        // Every other request would go through the page's own middleware, too.
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/swagger"), pages => pages.UseSwaggerUI(o =>
        {
            o.RoutePrefix = "swagger";
            o.DocumentTitle = "Marketplace API";
            o.SwaggerEndpoint("/openapi/v1.json", "Marketplace v1");
        }));
    }
}
