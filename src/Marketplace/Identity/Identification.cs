namespace Marketplace.Identity;

/// <summary>
/// Finds out who bears the token of a request, before anybody asks whether that one may: what is refused for its token, its role or its
/// owner is a request of that caller's all the same, and counts as one.
/// </summary>
public sealed class Identification(RequestDelegate next, BearerTokens tokens)
{
    /// <summary>Runs the rest of the pipeline, which asks with <see cref="BearerResult.Of"/>.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        // Where there is no route of this program there is nothing that a token could open.
        if (http.GetEndpoint() is not RouteEndpoint) return next(http);
        var reading = tokens.ReadAsync(http);
        if (!reading.IsCompletedSuccessfully) return BehindReadingAsync(http, reading.AsTask());
        reading.Result.Note(http);
        return next(http);
    }

    private async Task BehindReadingAsync(HttpContext http, Task<BearerResult> reading)
    {
        (await reading).Note(http);
        await next(http);
    }
}
