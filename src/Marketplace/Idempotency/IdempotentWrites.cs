using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Identity;
using Marketplace.Limits;
using Marketplace.Telemetry;

namespace Marketplace.Idempotency;

/// <summary>
/// Answers a write that repeats an earlier one, by its idempotency key, as the first was answered. It stands behind the checks of who may do
/// what and before everything that looks at the request itself. Without a key it does nothing. With one it looks the key up (one round trip);
/// what the request records takes a receipt along in its own transaction, and the answer of a request that recorded nothing is kept (another
/// round trip) before it is given.
/// </summary>
public sealed class IdempotentWrites(
    RequestDelegate next, KeyStore keys, KeysInUse inUse, LimitSettings limits, ProgramMetrics metrics, TimeProvider clock)
{
    // Whoever finds the key taken while it ran finds what took it on the second look, unless that expires in between.
    private const int MostLooks = 3;

    private readonly TimeSpan _kept = TimeSpan.FromHours(limits[LimitSettings.IdempotencyKeyHours]);

    /// <summary>Runs the rest of the pipeline, or answers in its place.</summary>
    public Task InvokeAsync(HttpContext http) => IsKeyedWrite(http) ? KeyedAsync(http) : next(http);

    // Reads heed no key, those sent by POST neither; a path that nobody serves has nothing to repeat.
    private static bool IsKeyedWrite(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)
        && http.Request.Headers.ContainsKey(ContractHeaders.IdempotencyKey)
        && http.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<ChangesNothingAttribute>() is null;

    private async Task KeyedAsync(HttpContext http)
    {
        if (!KeyHeader.TryRead(http.Request.Headers, out var key))
        {
            await Problems.WriteAsync(http, Refusal.Invalid(ContractHeaders.IdempotencyKey, KeyHeader.Rule));
            return;
        }
        var keyed = new KeyedRequest(KeyHeader.Digest(Caller.Of(http), key), Fingerprint.OfHead(http.Request), clock.GetUtcNow() + _kept);
        http.Features.Set(keyed);
        await using var body = http.GetEndpoint()!.Metadata.GetMetadata<StreamsBodyAttribute>() is { } streamed
            ? new RepeatableBody(http.Request, keyed, streamed.MaxBytes)
            : await RepeatableBody.ReadAsync(http.Request, keyed, http.RequestAborted);
        if (body is null)
        {
            await Problems.WriteAsync(http, RequestShape.TooLarge);
            return;
        }
        // Claimed only once the body is here: who is slow to send it keeps nobody from trying again on a better connection.
        using var claim = inUse.TryClaim(keyed.Digest);
        if (claim is null) await Problems.WriteAsync(http, KeyedRequest.InUse);
        else await FirstOrRepeatAsync(http, keyed, body);
    }

    private async Task FirstOrRepeatAsync(HttpContext http, KeyedRequest keyed, RepeatableBody body)
    {
        for (var look = 1; look <= MostLooks; look++)
        {
            if (await keys.FindAsync(keyed.Digest, clock.GetUtcNow(), http.RequestAborted) is { } stored)
            {
                if (!await body.IsKnownAsync(http.RequestAborted))
                {
                    await Problems.WriteAsync(http, RequestShape.TooLarge);
                    return;
                }
                if (!stored.Fingerprint.AsSpan().SequenceEqual(keyed.Fingerprint))
                {
                    await Problems.WriteAsync(http, KeyedRequest.Reused);
                    return;
                }
                if (stored.Answer is { } kept)
                {
                    http.Response.Headers[ContractHeaders.IdempotencyReplayed] = "true";
                    metrics.Replayed();
                    await kept.WriteAsync(http);
                    return;
                }
                keyed.Receipt = stored.Receipt;
            }
            body.Rewind();
            if (await RunAsync(http, keyed, body)) return;
            keyed.Again();
        }
        await Problems.WriteAsync(http, KeyedRequest.InUse);
    }

    // Runs the endpoint with its answer held back. False: somebody else has used the key meanwhile, and nothing was recorded here.
    private async Task<bool> RunAsync(HttpContext http, KeyedRequest keyed, RepeatableBody body)
    {
        var (response, client) = (http.Response, http.Response.Body);
        var before = response.Headers.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        using var held = new MemoryStream();
        response.Body = held;
        try
        {
            await next(http);
        }
        finally
        {
            response.Body = client;
        }
        var answer = KeptAnswer.Of(response, before, held);
        if (await LosesAsync(http, keyed, answer))
        {
            answer.TakeBack(response);
            if (body.CanRepeat) return false;
            await Problems.WriteAsync(http, KeyedRequest.InUse);
            return true;
        }
        if (keyed.Receipt is not null && answer.Status < 300)
        {
            response.Headers[ContractHeaders.IdempotencyReplayed] = "true";
            metrics.Replayed();
        }
        if (answer.Body.Length > 0)
        {
            response.ContentLength = answer.Body.Length;
            await client.WriteAsync(answer.Body, http.RequestAborted);
        }
        return true;
    }

    // Whether the answer may not be given, because there is an earlier one. An answer that is to be kept is kept before it is given: if it
    // cannot be, the caller is told so (503) rather than something that a repeat might contradict.
    private async ValueTask<bool> LosesAsync(HttpContext http, KeyedRequest keyed, KeptAnswer answer)
    {
        if (keyed.IsTaken) return true;
        if (keyed.IsRecorded || keyed.Receipt is not null || !keyed.IsRead || !answer.IsKept || http.RequestAborted.IsCancellationRequested) return false;
        return !await keys.KeepAsync(keyed.Digest, keyed.Fingerprint, clock.GetUtcNow() + _kept, answer, http.RequestAborted);
    }
}
