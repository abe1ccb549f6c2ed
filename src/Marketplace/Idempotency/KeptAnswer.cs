namespace Marketplace.Idempotency;

/// <summary>An answer as it was given: status, the headers that the endpoint and what stands right before it set, and body.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">Names and values in turn, in the order in which they were set.</param>
/// <param name="Body">The body's bytes; empty for none.</param>
public sealed record KeptAnswer(int Status, string[] Headers, byte[] Body)
{
    /// <summary>The most bytes of a body that is kept: as many as a request's body may have. A larger answer is given, but not kept.</summary>
    public const int MaxBody = Http.RequestShape.MaxBody;

    // The request itself is at fault in a way that the same request sent again need not share (who sends it, how much, how, in what form),
    // or the answer speaks of the moment. A repeat of these runs again.
    private static readonly HashSet<int> NeverKept = [401, 403, 406, 408, 413, 415, 429];

    /// <summary>Whether an answer that recorded nothing is kept for its repeats.</summary>
    public bool IsKept => Status is >= 200 and < 500 && !NeverKept.Contains(Status) && Body.Length <= MaxBody
        && !Headers.Where((_, i) => i % 2 == 0).Contains("Retry-After", StringComparer.OrdinalIgnoreCase);

    /// <summary>The answer as it stands, without the headers that stood there before.</summary>
    public static KeptAnswer Of(HttpResponse response, IReadOnlySet<string> before, MemoryStream body) => new(response.StatusCode,
        [.. response.Headers.Where(header => !before.Contains(header.Key)).SelectMany(header => header.Value, (header, value) => (header.Key, value))
            .SelectMany(pair => new[] { pair.Key, pair.value ?? "" })],
        body.ToArray());

    /// <summary>Gives the answer, on top of the headers that every answer has.</summary>
    public async Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        for (var i = 0; i + 1 < Headers.Length; i += 2) response.Headers.Append(Headers[i], Headers[i + 1]);
        if (Body.Length == 0) return;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, http.RequestAborted);
    }

    /// <summary>Takes the answer back, so that another can be given.</summary>
    public void TakeBack(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status200OK;
        for (var i = 0; i < Headers.Length; i += 2) response.Headers.Remove(Headers[i]);
    }
}
