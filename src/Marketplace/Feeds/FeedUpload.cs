namespace Marketplace.Feeds;

/// <summary>A feed that is about to be uploaded.</summary>
/// <param name="FeedId">Its id, which begins with the time of its beginning.</param>
/// <param name="SellerId">Whose it is.</param>
/// <param name="Actor">Who uploads it, as admitted.</param>
/// <param name="CorrelationId">The trace of the upload.</param>
public sealed record FeedUpload(Guid FeedId, string SellerId, string Actor, string? CorrelationId);
