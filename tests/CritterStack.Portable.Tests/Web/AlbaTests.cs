using Alba;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CritterStack.Portable.Tests.Web;

public sealed class AlbaTests : IAsyncLifetime
{
    private IAlbaHost host = null!;

    public sealed record Echo(string Method, string Path, string? Query, string? ContentType, string? Accept, string? Trace, string Body);

    public async Task InitializeAsync() => host = await AlbaHost.For(WebApplication.CreateBuilder(), application =>
        application.Map("/{**rest}", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            context.Response.Headers.ETag = "\"7\"";
            context.Response.Headers.Append("X-Many", "a");
            context.Response.Headers.Append("X-Many", "b");
            var request = context.Request;
            return Results.Json(
                new Echo(request.Method, request.Path.Value!, request.QueryString.Value, request.ContentType, request.Headers.Accept,
                    request.Headers["X-Trace"], body),
                statusCode: request.Path == "/teapot" ? 418 : 200);
        }));

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_get_carries_its_query_and_headers()
    {
        var echo = await Send(x =>
        {
            x.Get.Url("/shelves/s1?label=a%20b");
            x.WithRequestHeader("X-Trace", "t1");
        });
        Assert.Equal(new Echo("GET", "/shelves/s1", "?label=a%20b", null, null, "t1", ""), echo);
    }

    [Fact]
    public async Task A_value_is_sent_as_json_and_json_is_accepted()
    {
        var echo = await Send(x => x.Put.Json(new { Label = "Poesía" }).ToUrl("/shelves/s1").QueryString("a", "b"));
        Assert.Equal(new Echo("PUT", "/shelves/s1", "?a=b", "application/json", "application/json", null, """{"label":"Poes\u00EDa"}"""), echo);
    }

    [Fact]
    public async Task Raw_bodies_are_sent_as_they_are()
    {
        Assert.Equal("text/plain|é", Sent(await Send(x => x.Post.Text("é").ToUrl("/x"))));
        Assert.Equal("application/json|{", Sent(await Send(x => x.Post.RawJson("{").ToUrl("/x"))));
        Assert.Equal("text/csv|a", Sent(await Send(x => x.Patch.Text("a").ContentType("text/csv").ToUrl("/x"))));
        Assert.Equal("|!", Sent(await Send(x => x.Delete.ByteArray([33]).ToUrl("/x"))));

        static string Sent(Echo echo) => $"{echo.ContentType}|{echo.Body}";
    }

    [Fact]
    public async Task A_header_can_be_set_and_removed_in_the_order_of_the_calls()
    {
        var echo = await Send(x =>
        {
            x.Post.Json(new { }).ToUrl("/x");
            x.RemoveRequestHeader("Accept");
            x.ConfigureHttpContext(context => context.Request.Headers["X-Trace"] = "t2");
        });
        Assert.Null(echo.Accept);
        Assert.Equal("t2", echo.Trace);
    }

    [Fact]
    public async Task Expectations_that_are_met_pass()
    {
        var result = await host.Scenario(x =>
        {
            x.Get.Url("/teapot");
            x.StatusCodeShouldBe(418);
            x.Header("ETag").SingleValueShouldEqual("\"7\"").SingleValueShouldMatch("[0-9]");
            x.Header("X-Many").ShouldHaveValues("a", "b");
            x.Header("X-None").ShouldNotBeWritten();
            x.ContentTypeShouldBe("application/json; charset=utf-8");
        });
        Assert.Equal("\"7\"", result.Context.Response.Headers.ETag);
        Assert.Equal(await result.ReadAsTextAsync(), result.ReadAsText());
    }

    [Fact]
    public async Task Every_expectation_that_fails_is_named_and_the_body_is_shown()
    {
        var failure = await Assert.ThrowsAsync<ScenarioAssertionException>(() => host.Scenario(x =>
        {
            x.Get.Url("/teapot");
            x.Header("ETag").SingleValueShouldEqual("\"8\"");
            x.Header("X-Many").ShouldHaveOneNonNullValue();
            x.ContentShouldContain("nothing of the kind");
        }));
        Assert.Equal(4, failure.Messages.Count());
        Assert.Contains("Expected status code 200, but was 418", failure.Message);
        Assert.Contains("but the actual value was '\"7\"'", failure.Message);
        Assert.Contains("'a', 'b'", failure.Message);
        Assert.Contains("\"path\":\"/teapot\"", failure.Message);
    }

    [Fact]
    public async Task A_status_can_be_left_open()
    {
        var result = await host.Scenario(x =>
        {
            x.Get.Url("/teapot");
            x.IgnoreStatusCode();
        });
        Assert.Equal(418, result.Context.Response.StatusCode);
    }

    private async Task<Echo> Send(Action<Scenario> configure) => (await host.Scenario(configure)).ReadAsJson<Echo>();
}
