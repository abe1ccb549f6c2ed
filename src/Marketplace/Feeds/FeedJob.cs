namespace Marketplace.Feeds;

/// <summary>The feed of a seller that is to be applied next, as its row stands.</summary>
/// <param name="FeedId">Its id.</param>
/// <param name="SellerId">Whose it is.</param>
/// <param name="Actor">Who uploaded it, as admitted then.</param>
/// <param name="CorrelationId">The trace of the upload.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Applied">Lines that have their result: all up to this one.</param>
public sealed record FeedJob(Guid FeedId, string SellerId, string Actor, string? CorrelationId, int Lines, int Applied)
{
    /// <summary>Whether every line has its result.</summary>
    public bool IsDone => Applied == Lines;
}
