using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wolverine.Http.FluentValidation;

namespace CritterStack.Portable.Tests.Web;

public sealed class WolverineHttpTests : IAsyncLifetime
{
    private WebHost host = null!;

    public async Task InitializeAsync() => host = await WebHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Route_query_and_header_values_reach_the_method_and_absent_ones_are_null()
    {
        Assert.Equal("""{"id":"a b","label":null,"trace":null}""", await GetText("/shelves/a%20b"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/shelves/s1?label=Poetry");
        request.Headers.Add("X-Trace", "t1");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal("""{"id":"s1","label":"Poetry","trace":"t1"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_result_of_null_is_not_found()
    {
        using var response = await host.Client.GetAsync("/shelves/none");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Query_values_are_parsed_invariantly_and_what_does_not_parse_is_absent()
    {
        Assert.Equal(
            """{"limit":5,"price":1.5,"open":true,"colour":"DeepBlue","at":"2024-01-02T03:04:05+00:00","tag":["x","y"]}""",
            await GetText("/values?limit=5&price=1.5&open=true&colour=deepblue&at=2024-01-02T03:04:05Z&tag=x&tag=y"));
        Assert.Equal(
            """{"limit":null,"price":null,"open":null,"colour":null,"at":null,"tag":[]}""",
            await GetText("/values?limit=five&open=maybe&colour=&at=soon"));
    }

    [Fact]
    public async Task The_context_a_concrete_service_and_the_cancellation_token_reach_the_method()
    {
        using var response = await host.Client.GetAsync("/context/me");
        Assert.Equal("hello me", await response.Content.ReadAsStringAsync());
        Assert.Equal("/context/me", response.Headers.GetValues("X-Path").Single());
    }

    [Fact]
    public async Task A_body_is_read_with_the_applications_json_options_and_is_known_to_middleware_after_routing()
    {
        using var response = await Put("""{"label":"Poetry","height":3}""");
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("""{"id":"s1","label":"Poetry","greeting":"hello s1"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("LabelShelf", response.Headers.GetValues("X-Body-Type").Single());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"label":3}""")]
    [InlineData("""{"label":"x","colour":"red"}""")]
    public async Task A_body_that_is_not_the_types_json_is_a_400_with_problem_details(string body)
    {
        using var response = await Put(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("Invalid JSON format", (string?)problem["title"]);
    }

    [Fact]
    public async Task An_invalid_body_is_answered_with_its_failures_by_member()
    {
        using var response = await Put("""{"label":"","height":0}""");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var errors = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]!.AsObject();
        Assert.Equal(["Height", "Label"], errors.Select(x => x.Key).Order());
    }

    [Fact]
    public async Task The_applications_own_source_of_problem_details_wins()
    {
        await using var own = await WebHost.StartAsync(x => x.AddSingleton(typeof(IProblemDetailSource<>), typeof(OwnProblems<>)));
        using var response = await own.Client.PutAsync("/shelves/s1", Json("""{"label":""}"""));
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("own words", (string?)problem["title"]);
        Assert.Equal("Label", (string?)problem["wrong"]![0]);
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.OK)]
    [InlineData("application/merge-patch+json; charset=utf-8", HttpStatusCode.OK)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_patch_takes_merge_patches_and_is_known_to_middleware_by_its_type(string contentType, HttpStatusCode expected)
    {
        var content = new StringContent("""{"label":"x"}""");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await host.Client.PatchAsync("/shelves/s1", content);
        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
            Assert.Equal("PatchShelf", response.Headers.GetValues("X-Body-Type").Single());
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.Created)]
    [InlineData("application/merge-patch+json", HttpStatusCode.Created)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_is_read_whatever_flavour_of_json_it_is(string contentType, HttpStatusCode expected)
    {
        var content = new StringContent("{\"label\":\"x\"}", Encoding.UTF8, contentType);
        using var response = await host.Client.PutAsync("/shelves/s1", content);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", HttpStatusCode.NotAcceptable)]
    [InlineData("application/problem+json", HttpStatusCode.Created)]
    [InlineData("*/*", HttpStatusCode.Created)]
    public async Task A_call_with_a_body_is_refused_when_it_accepts_no_json(string accept, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/shelves/s1") { Content = Json("""{"label":"x"}""") };
        request.Headers.Add("Accept", accept);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_method_the_route_does_not_have_is_405()
    {
        using var response = await host.Client.PostAsync("/values", Json("{}"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task A_post_without_a_body_takes_its_services_by_attribute()
    {
        using var response = await host.Client.PostAsync("/shelves/s1/touch", null);
        Assert.Equal("hello s1", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("X-Body-Type"));
    }

    [Fact]
    public async Task A_method_without_a_result_answers_204()
    {
        using var response = await host.Client.DeleteAsync("/shelves/s1");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("s1", response.Headers.GetValues("X-Deleted").Single());
    }

    private Task<HttpResponseMessage> Put(string body) => host.Client.PutAsync("/shelves/s1", Json(body));

    private Task<string> GetText(string url) => host.Client.GetStringAsync(url);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
