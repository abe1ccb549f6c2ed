using System.Net;
using System.Text;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Contract;

/// <summary>Bad input, sent to every route of the document: it is refused in the contract's form, never with a 5xx, and records nothing.</summary>
public class BadInputTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>, IAsyncLifetime
{
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["PUT /v1/products/{productId}"] = """{"title":"A title","author":"Somebody","description":"Words."}""",
        ["PUT /v1/sellers/{sellerId}/offers/{sku}"] =
            """{"productId":"book","listingType":"used","condition":"good","conditionNote":"A note.","price":{"amount":20.00,"currency":"USD"},"shipping":{"amount":1,"currency":"USD"},"quantity":1}""",
        ["PATCH /v1/sellers/{sellerId}/offers/{sku}"] =
            """{"price":{"amount":19.00,"currency":"USD"},"shipping":{"amount":1,"currency":"USD"},"quantity":1,"reason":"A reason."}""",
        ["POST /v1/lowest-prices/query"] = """{"productIds":["book"]}""",
        ["POST /v1/products/{productId}/reviews"] = """{"reviewerId":"ann","rating":4,"title":"A title","body":"Words."}""",
        ["PUT /v1/reviews/{reviewId}/votes/{voterId}"] = """{"helpful":true}""",
        ["POST /v1/reviews/{reviewId}/hide"] = """{"reason":"Spam."}""",
    };

    private readonly HashSet<string> _undeclared = [];
    private OpenApi _document = null!;
    private int _sent;

    private Api Api => app.Api;

    public async Task InitializeAsync()
    {
        _document = await OpenApi.ReadAsync(Api);
        (await Api.PutAsync("/v1/products/book", new { title = "A book" })).ShouldBeOneOf(200, 201);
        await Api.PutAsync(Given.Offer("powells"), Given.Terms("book", 20m));
        await Api.PostAsync("/v1/products/book/reviews", new { reviewerId = "ann", rating = 4, title = "Good", body = "Short." });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public Task Bad_ids_in_the_path() => NothingIsRecorded(async () =>
    {
        foreach (var operation in _document.Operations)
            foreach (var parameter in operation.Parameters("path"))
                foreach (var id in BadInput.Ids)
                    await Refused(operation, Path(operation, parameter, id), Bodies.GetValueOrDefault(operation.Name));
    });

    [Fact]
    public Task Empty_segments_of_the_path_change_nothing() => NothingIsRecorded(async () =>
    {
        foreach (var operation in _document.Operations.Where(o => o.IsApi))
            foreach (var parameter in operation.Parameters("path"))
                (await Api.SendAsync(operation.Method, Path(operation, parameter, ""), Bodies.GetValueOrDefault(operation.Name))).ShouldBeOneOf(200, 400, 404, 405);
    });

    [Fact]
    public Task Texts_that_are_no_json_and_json_that_is_no_command() => NothingIsRecorded(async () =>
    {
        foreach (var operation in _document.Operations.Where(o => o.HasBody))
            foreach (var text in BadInput.Texts)
                (await Refused(operation, Path(operation), text)).ShouldBeOneOf(400);
    });

    [Fact]
    public async Task Bodies_near_a_valid_one()
    {
        foreach (var operation in _document.Operations.Where(o => o.HasBody))
        {
            var before = await app.EventsAsync();
            foreach (var body in BadInput.Near(Bodies[operation.Name]))
            {
                var answer = await Api.SendAsync(operation.Method, Path(operation), body);
                Note(operation, answer);
                // Some are valid after all: a note may be missing, a rating left out.
                if (answer.Status < 300) before = await app.EventsAsync();
                else Check(operation, answer, body);
            }
            Assert.Equal(before, await app.EventsAsync());
        }
        AllWereDeclared(500);
    }

    [Fact]
    public Task Bodies_that_are_no_utf8() => NothingIsRecorded(async () =>
    {
        using var client = app.NewClient();
        foreach (var operation in _document.Operations.Where(o => o.HasBody))
            foreach (byte[] bytes in new byte[][] { [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8], [.. "{\""u8, 0xED, 0xA0, 0x80, .. "\":1}"u8], [0] })
            {
                using var content = new ByteArrayContent(bytes);
                content.Headers.Add("Content-Type", "application/json");
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Path(operation)) { Content = content };
                using var response = await client.SendAsync(request);
                Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            }
    });

    [Fact]
    public Task Bad_query_parameters() => NothingIsRecorded(async () =>
    {
        foreach (var operation in _document.Operations.Where(o => o.IsApi))
        {
            var body = Bodies.GetValueOrDefault(operation.Name);
            foreach (var query in new[] { "unknown=1", "Limit=1", "=1", "%00=1", "a%00b=%00", "limit%20=1", "$where=1" })
                (await Refused(operation, $"{Path(operation)}?{query}", body)).ShouldBeOneOf(400);
            foreach (var name in operation.Parameters("query"))
            {
                (await Refused(operation, $"{Path(operation)}?{name}=1&{name}=1", body)).ShouldBeOneOf(400);
                (await Refused(operation, $"{Path(operation)}?{name}=", body)).ShouldBeOneOf(400);
                foreach (var value in BadInput.Of(name).Where(value => value.Length > 0))
                    (await Refused(operation, $"{Path(operation)}?{name}={Uri.EscapeDataString(value)}", body)).ShouldBeOneOf(400);
            }
        }
    });

    [Fact]
    public Task Bad_query_parameters_of_pages_are_told_in_a_page() => NothingIsRecorded(async () =>
    {
        foreach (var operation in _document.Operations.Where(o => !o.IsApi && o.Parameters("query").Any()))
            foreach (var name in operation.Parameters("query"))
                foreach (var value in BadInput.Of(name))
                {
                    var answer = await Api.GetAsync($"{Path(operation)}?{name}={Uri.EscapeDataString(value)}");
                    Assert.True(answer.Status < 500, $"{operation.Name} {name}={value}: {answer.Status}");
                }
    });

    [Fact]
    public Task Bad_headers() => NothingIsRecorded(async () =>
    {
        foreach (var operation in _document.Operations)
        {
            var query = operation.Path.Contains("/products/{productId}/price-history", StringComparison.Ordinal) ? "?listingType=used" : "";
            foreach (var name in operation.Parameters("header"))
            {
                var values = name switch
                {
                    "If-Match" or "If-None-Match" => BadInput.Tags,
                    "Marketplace-Min-Position" => BadInput.Positions,
                    "Marketplace-Effective-At" => BadInput.Instants,
                    "Marketplace-Cause" => ["", "Manual", "0", "manual,feed", "é"],
                    _ => ["", new string('r', 501), "a\0b", "a\u0007b"],
                };
                foreach (var value in values)
                {
                    (string, string)[] headers = name == "Marketplace-Effective-At" ? [(name, value), ("Marketplace-Cause", "correction")] : [(name, value)];
                    (await Refused(operation, Path(operation) + query, Bodies.GetValueOrDefault(operation.Name), headers)).ShouldBeProblem(400, name);
                }
            }
        }
    });

    private async Task NothingIsRecorded(Func<Task> send)
    {
        var before = await app.EventsAsync();
        await send();
        Assert.Equal(before, await app.EventsAsync());
        AllWereDeclared(10);
    }

    private void AllWereDeclared(int least)
    {
        Assert.Empty(_undeclared);
        Assert.True(_sent >= least || _sent == 0, $"Only {_sent} requests were sent.");
    }

    private async Task<Answered> Refused(Operation operation, string url, string? body, params (string, string)[] headers)
    {
        var answer = await Api.SendAsync(operation.Method, url, body, headers);
        Note(operation, answer);
        Check(operation, answer, $"{url} {string.Join(' ', headers)} {body}");
        return answer;
    }

    private void Note(Operation operation, Answered answer)
    {
        _sent++;
        if (!operation.Statuses.Contains($"{answer.Status}")) _undeclared.Add($"{operation.Name} answered {answer.Status}: {answer.Body}");
    }

    private static void Check(Operation operation, Answered answer, string sent)
    {
        Assert.True(answer.Status is >= 400 and < 500, $"{operation.Name} answered {answer.Status} to {sent[..Math.Min(300, sent.Length)]}: {answer.Body}");
        if (!operation.IsApi && answer.Headers["Content-Type"].StartsWith("text/html", StringComparison.Ordinal)) return;
        answer.ShouldBeProblem(answer.Status);
        foreach (var word in new[] { "System.", "Npgsql", "Marten", "Wolverine", "FluentValidation", "Exception", "   at ", "Nullable" })
            Assert.False(answer.Body.Contains(word, StringComparison.Ordinal) && !sent.Contains(word, StringComparison.Ordinal), $"{operation.Name}: {answer.Body}");
    }

    private static string Path(Operation operation, string? spoiled = null, string id = "")
    {
        var path = new StringBuilder(operation.Path);
        foreach (var (name, value) in new[]
                 {
                     ("productId", "book"), ("sellerId", "powells"), ("sku", "sku-1"), ("reviewId", "book~ann"), ("voterId", "bob"), ("streamKey", "offer%2Fpowells%2Fsku-1"),
                     ("name", "Nothing"), ("feedId", "01a20321-8dd2-72ce-9654-896239b526c2"),
                 })
            path.Replace($"{{{name}}}", name == spoiled ? id : value);
        return path.ToString();
    }
}
