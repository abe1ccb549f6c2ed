using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Contract;

public class ConventionsTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private static readonly string[] Methods = ["GET", "PUT", "PATCH", "POST", "DELETE"];

    private Api Api => app.Api;

    [Fact]
    public async Task A_method_the_resource_does_not_know_is_405_with_those_it_knows()
    {
        var document = await OpenApi.ReadAsync(Api);
        foreach (var path in document.Operations.GroupBy(operation => operation.Path))
        {
            var known = path.Select(operation => operation.Method).Order().ToArray();
            foreach (var method in Methods.Except(known))
            {
                var refused = (await Api.SendAsync(method, path.Key.Replace("{", "").Replace("}", ""), method is "GET" or "DELETE" ? null : "{}")).ShouldBeProblem(405);
                Assert.Equal(known, refused.Headers["Allow"].Split(',', StringSplitOptions.TrimEntries).Order());
            }
        }
    }

    [Theory]
    [InlineData("/v1")]
    [InlineData("/v2/products")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/products/book/nothing")]
    [InlineData("/v1/products/book/offers/more")]
    [InlineData("/nothing")]
    [InlineData("/.env")]
    [InlineData("/openapi/v2.json")]
    [InlineData("/v1/products/a/../b/offers/x/y")]
    public async Task A_path_nobody_serves_is_404(string path)
    {
        (await Api.GetAsync(path)).ShouldBeProblem(404);
        (await Api.PostAsync(path, "{}")).ShouldBeOneOf(404, 405);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/problem+json")]
    [InlineData("application/merge-patch+json")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task A_body_of_another_type_is_415(string type)
    {
        var before = await app.EventsAsync();
        foreach (var operation in (await OpenApi.ReadAsync(Api)).Operations.Where(o => o.HasBody && !(o.Method == "PATCH" && type.Contains("merge-patch"))))
            (await Api.SendAsync(operation.Method, operation.Path.Replace("{reviewId}", "book~ann").Replace("{", "").Replace("}", ""), "{}", ("Content-Type", type)))
                .ShouldBeProblem(415);
        Assert.Equal(before, await app.EventsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_too_large_is_413_whether_its_length_is_told_or_not(bool isTold)
    {
        var product = await Api.NewProductAsync();
        var bytes = Encoding.UTF8.GetBytes($$"""{"title":"{{new string('t', 300 * 1024)}}"}""");
        using var client = app.NewClient();
        using HttpContent content = isTold ? new ByteArrayContent(bytes) : new StreamContent(new Unsized(bytes));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await client.PutAsync($"/v1/products/{product}", content);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(1, await app.EventsAsync($"product/{product}"));
    }

    [Fact]
    public async Task A_body_whose_length_is_not_told_is_read_like_any_other()
    {
        var product = await Api.NewProductAsync();
        using var client = app.NewClient();
        using var content = new StreamContent(new Unsized("""{"title":"Chunked"}"""u8.ToArray()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await client.PutAsync($"/v1/products/{product}", content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Chunked", (string?)(await Api.GetAsync($"/v1/products/{product}")).Json["title"]);
    }

    [Fact]
    public async Task Who_takes_no_json_is_told_so_where_there_is_nothing_else()
    {
        var product = await Api.NewProductAsync();

        (await Api.PutAsync($"/v1/products/{product}", new { title = "Other" }, ("Accept", "text/html"))).ShouldBeProblem(406);
        (await Api.GetAsync($"/v1/products/{product}", ("Accept", "text/html"))).ShouldBeProblem(406);
        Assert.Equal(1, await app.EventsAsync($"product/{product}"));
    }

    [Fact]
    public async Task A_problem_says_which_trace_to_look_for_and_nothing_of_the_inside()
    {
        var refused = (await Api.PutAsync("/v1/products/book", "{")).ShouldBeProblem(400);

        Assert.StartsWith("urn:marketplace:problem:", (string?)refused.Json["type"]);
        Assert.Equal("no-store", refused.Headers["Cache-Control"]);
        Assert.DoesNotContain("System.", refused.Body);
    }

    [Fact]
    public async Task An_answer_is_asked_for_again_before_it_is_used_again()
    {
        var product = await Api.NewProductAsync();

        Assert.Equal("no-cache", (await Api.GetAsync($"/v1/products/{product}")).Headers["Cache-Control"]);
    }

    // A body whose length nobody can tell beforehand: it is sent in chunks.
    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanSeek => false;
    }
}
