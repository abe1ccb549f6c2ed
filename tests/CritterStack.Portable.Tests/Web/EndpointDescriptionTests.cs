using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace CritterStack.Portable.Tests.Web;

public sealed class EndpointDescriptionTests : IAsyncLifetime
{
    private WebHost host = null!;

    public async Task InitializeAsync() => host = await WebHost.StartAsync(x => x.AddEndpointsApiExplorer());

    public async Task DisposeAsync() => await host.DisposeAsync();

    // The packages name the body by its type, and add what any endpoint may answer: 404, and JSON of unknown form.
    [Theory]
    [InlineData("GET", "shelves/{id}", "id:Path label:Query X-Trace:Header", "200:application/json")]
    [InlineData("GET", "context/{id}", "id:Path", "200:")]
    [InlineData("PUT", "shelves/{id}", "id:Path :Body", "400:application/problem+json")]
    [InlineData("POST", "shelves/{id}/touch", "id:Path", "200:")]
    public void An_endpoint_is_described_by_what_callers_send_and_receive(string method, string path, string parameters, string responses)
    {
        var description = Describe(method, path);
        Assert.Equal(parameters, string.Join(' ', description.ParameterDescriptions
            .Select(x => $"{(x.Source == BindingSource.Body ? "" : x.Name)}:{x.Source.Id}")));
        Assert.Contains(responses, description.SupportedResponseTypes
            .Select(x => $"{x.StatusCode}:{string.Join(',', x.ApiResponseFormats.Select(format => format.MediaType))}")
            .Select(x => x.StartsWith(responses, StringComparison.Ordinal) ? responses : x));
    }

    [Fact]
    public void Tags_and_summaries_are_part_of_the_description()
    {
        var metadata = Describe("GET", "shelves/{id}").ActionDescriptor.EndpointMetadata;
        Assert.Equal(["Shelves"], metadata.OfType<ITagsMetadata>().Last().Tags);
        Assert.Equal("Reads a shelf", metadata.OfType<IEndpointSummaryMetadata>().Last().Summary);
        Assert.Equal("GET_shelves_id", metadata.OfType<IEndpointNameMetadata>().Last().EndpointName);
    }

    [Fact]
    public void A_patch_names_the_media_types_it_consumes()
    {
        var formats = Describe("PATCH", "shelves/{id}").SupportedRequestFormats.Select(x => x.MediaType);
        Assert.Equal(["application/json", "application/merge-patch+json"], formats.Distinct().Order(StringComparer.Ordinal));
    }

    private ApiDescription Describe(string method, string path) =>
        host.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups.Items
            .SelectMany(x => x.Items)
            .Single(x => x.HttpMethod == method && x.RelativePath == path);
}
