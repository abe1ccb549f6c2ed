using System.Globalization;
using System.Text.Json.Serialization;
using Marketplace.Http;

namespace Marketplace.Feeds;

/// <summary>What an upload is answered with: nothing that changes later, so that a repeat can be answered the same.</summary>
/// <param name="FeedId">The feed's id; its resource tells how far it is.</param>
/// <param name="Position">The position through which the log was complete when the feed was taken in.</param>
public sealed record FeedReceipt(string FeedId, [property: JsonIgnore] long Position)
{
    /// <summary>How the receipt is kept for an idempotency key.</summary>
    [JsonIgnore]
    public string Resource => string.Create(CultureInfo.InvariantCulture, $"feed/{FeedId}@{Position}");

    /// <summary>Reads a receipt that was kept.</summary>
    public static FeedReceipt Of(string resource)
    {
        var at = resource.IndexOf('@', StringComparison.Ordinal);
        return new FeedReceipt(resource["feed/".Length..at], long.Parse(resource.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>202.</summary>
    public IResult Answer(string sellerId) => Http.Answer.Accepted($"/v1/sellers/{sellerId}/feeds/{FeedId}", this, Position, ETags.Of(1));
}
