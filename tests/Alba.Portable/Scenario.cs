using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Alba;

/// <summary>One request and what is expected of its answer.</summary>
public sealed class Scenario : IUrlExpression
{
    private readonly List<Action<HttpContext>> setups = [];
    private readonly List<Action<AssertionContext>> assertions = [];
    private readonly JsonSerializerOptions json;
    private int? expectedStatus = StatusCodes.Status200OK;

    internal Scenario(JsonSerializerOptions json)
    {
        this.json = json;
        ConfigureHttpContext(context =>
        {
            context.Features.Set<IHttpRequestBodyDetectionFeature>(new AnyBody());
            context.Request.Body = new MemoryStream();
        });
    }

    /// <summary>A GET request.</summary>
    public IUrlExpression Get => Method("GET");

    /// <summary>A PUT request.</summary>
    public IUrlExpression Put => Method("PUT");

    /// <summary>A DELETE request.</summary>
    public IUrlExpression Delete => Method("DELETE");

    /// <summary>A POST request.</summary>
    public IUrlExpression Post => Method("POST");

    /// <summary>A PATCH request.</summary>
    public IUrlExpression Patch => Method("PATCH");

    /// <summary>A HEAD request.</summary>
    public IUrlExpression Head => Method("HEAD");

    /// <summary>Changes the exchange before it is sent, in the order of the calls.</summary>
    public void ConfigureHttpContext(Action<HttpContext> configure) => setups.Add(configure);

    /// <summary>Sets a header of the request.</summary>
    public void WithRequestHeader(string headerKey, string value) => ConfigureHttpContext(x => x.Request.Headers[headerKey] = value);

    /// <summary>Removes a header of the request.</summary>
    public void RemoveRequestHeader(string headerKey) => ConfigureHttpContext(x => x.Request.Headers.Remove(headerKey));

    /// <summary>The status that is expected instead of 200.</summary>
    public Scenario StatusCodeShouldBe(HttpStatusCode httpStatusCode)
    {
        expectedStatus = (int)httpStatusCode;
        return this;
    }

    /// <summary>The status that is expected instead of 200.</summary>
    public void StatusCodeShouldBe(int statusCode) => expectedStatus = statusCode;

    /// <summary>Expects no status in particular.</summary>
    public void IgnoreStatusCode() => expectedStatus = null;

    /// <summary>Expectations of a header of the answer.</summary>
    public HeaderExpectations Header(string headerKey) => new(this, headerKey);

    /// <summary>Sends text as application/json, whether it is JSON or not.</summary>
    public SendExpression RawJson(string input) => Send(Encoding.UTF8.GetBytes(input), "application/json");

    /// <summary>Sends text as text/plain.</summary>
    public SendExpression Text(string text) => Send(Encoding.UTF8.GetBytes(text), "text/plain");

    /// <summary>Sends bytes without a media type.</summary>
    public SendExpression ByteArray(byte[] input) => Send(input, contentType: null);

    SendExpression IUrlExpression.Url(string relativeUrl)
    {
        ConfigureHttpContext(context =>
        {
            var parts = relativeUrl.Trim().Split('?');
            context.Request.Path = parts[0];
            if (parts.Length > 1 && parts[1].Length > 0)
                context.Request.QueryString = QueryString.Create(QueryHelpers.ParseQuery(parts[1]));
        });
        return new SendExpression(this);
    }

    SendExpression IUrlExpression.Json<T>(T input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Through a writer of the default kind, as the package does: what is beyond ASCII is escaped, whatever the options say.
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            JsonSerializer.Serialize(writer, input, json);
        var sent = Send(stream.ToArray(), "application/json");
        return sent.Accepts("application/json");
    }

    internal void Expect(Action<AssertionContext> assertion) => assertions.Add(assertion);

    internal void SetUp(HttpContext context)
    {
        foreach (var setup in setups)
            setup(context);
        context.Request.Body.Position = 0;
    }

    internal void RunAssertions(HttpContext context)
    {
        var failures = new ScenarioAssertionException();
        var assertion = new AssertionContext(context, failures);
        if (expectedStatus is { } expected && context.Response.StatusCode != expected)
        {
            assertion.AddFailure($"Expected status code {expected}, but was {context.Response.StatusCode}");
            assertion.ReadBodyAsString();
        }
        foreach (var expectation in assertions)
            expectation(assertion);
        failures.AssertAll();
    }

    private Scenario Method(string method)
    {
        ConfigureHttpContext(x => x.Request.Method = method);
        return this;
    }

    private SendExpression Send(byte[] body, string? contentType)
    {
        ConfigureHttpContext(context =>
        {
            context.Request.Body = new MemoryStream(body, writable: false);
            context.Request.ContentLength = body.Length;
            if (contentType is not null)
                context.Request.ContentType = contentType;
        });
        return new SendExpression(this);
    }

    private sealed class AnyBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
