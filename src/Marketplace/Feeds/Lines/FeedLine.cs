namespace Marketplace.Feeds.Lines;

/// <summary>A line of a feed as it was read.</summary>
/// <param name="MessageId">The seller's own name of the line, or null when there is none that can be told.</param>
/// <param name="Sku">The sku as the seller wrote it, which may be none; null when there is nothing that can be told.</param>
/// <param name="Command">What it asks for; null exactly when there are errors.</param>
/// <param name="Errors">Everything wrong with it.</param>
public sealed record FeedLine(string? MessageId, string? Sku, LineCommand? Command, IReadOnlyList<LineError> Errors);
