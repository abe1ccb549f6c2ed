using Microsoft.AspNetCore.Http;

namespace Alba;

internal sealed class AssertionContext(HttpContext context, ScenarioAssertionException failures)
{
    private string? body;

    internal HttpContext HttpContext => context;

    internal void AddFailure(string message) => failures.Add(message);

    // The stream of the server reads once, so the text is kept.
    internal string ReadBodyAsString()
    {
        if (body is null)
        {
            using var reader = new StreamReader(context.Response.Body, leaveOpen: true);
            body = reader.ReadToEnd();
            failures.AddBody(body);
        }
        return body;
    }
}
