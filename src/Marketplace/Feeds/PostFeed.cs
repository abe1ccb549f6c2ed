using System.Diagnostics;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Idempotency;
using Marketplace.Identity;
using Marketplace.Storage;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Feeds;

/// <summary>POST of a feed.</summary>
[Tags("Feeds")]
public static class PostFeedEndpoint
{
    // The upload counts for itself and says which limit it was; the server's own is behind that.
    private const long ServerLimit = FeedLimits.MostBytes + 1024 * 1024;

    // Headers that say of a change why and when: a feed's lines do that themselves.
    private static readonly string[] OfChanges =
        [ContractHeaders.Cause, ContractHeaders.Reference, ContractHeaders.Reason, ContractHeaders.EffectiveAt];

    /// <summary>Takes in a feed of changes to the seller's offers, one a line; 202 once it is safe on disk. It is applied in the background.</summary>
    [ProducesResponseType<FeedReceipt>(202), Refuses(408, 412, 413, 415, 429)]
    [StreamsBody(ServerLimit)]
    [WolverinePost("/v1/sellers/{sellerId}/feeds")]
    public static async Task<IResult> Post(
        string sellerId, HttpContext http, [FromServices] FeedUploads uploads, [FromServices] Positions positions, CancellationToken ct)
    {
        if (Refused(http.Request) is { } refusal) return refusal.ToResult();
        var keyed = KeyedRequest.Of(http);
        if (keyed?.Receipt is { } receipt) return FeedReceipt.Of(receipt.Resource).Answer(sellerId);
        var upload = uploads.Begin(sellerId, Caller.Of(http).Actor, Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier);
        var taken = new FeedReceipt(upload.FeedId.ToString(), await positions.CompleteAsync(ct));
        try
        {
            var refused = await uploads.TakeAsync(upload, http.Request.Body,
                keyed is null ? null : transaction => keyed.RecordAsync(transaction, taken.Resource, ct), ct);
            return refused?.ToResult() ?? taken.Answer(sellerId);
        }
        catch (Exception e) when (keyed is not null && KeyedRequest.IsTakenBy(e))
        {
            return keyed.Taken().ToResult();
        }
    }

    private static Refusal? Refused(HttpRequest request)
    {
        if (!IsLines(request)) return FeedRefusals.WrongType;
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
            return FeedRefusals.Encoded;
        if (request.ContentLength > FeedLimits.MostBytes) return FeedRefusals.TooManyBytes;
        var foreign = OfChanges.Where(request.Headers.ContainsKey).ToArray();
        if (foreign.Length > 0) return FeedRefusals.NotForFeeds(foreign);
        if (!ETags.TryPrecondition(request.Headers, out var precondition, out var badHeader))
            return Refusal.Invalid(badHeader!, "must be a list of entity tags such as \"3\", or *.");
        return precondition is null || precondition(null) ? null : Refusal.Stale(null);
    }

    private static bool IsLines(HttpRequest request) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && string.Equals(type.MediaType, Ndjson.MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
}
