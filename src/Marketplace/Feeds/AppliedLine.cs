using Marketplace.Feeds.Lines;

namespace Marketplace.Feeds;

/// <summary>What a line does: decided, and stored together with its events.</summary>
/// <param name="MessageId">The sender's own name for the line, or null.</param>
/// <param name="Sku">The line's sku, or null where none could be read.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">The offer's version after it; 0 when it was rejected.</param>
/// <param name="Errors">Everything wrong with it.</param>
public sealed record AppliedLine(string? MessageId, string? Sku, LineOutcome Outcome, long Version, IReadOnlyList<LineError> Errors)
{
    /// <summary>A line that is refused.</summary>
    public static AppliedLine Rejected(string? messageId, string? sku, params IReadOnlyList<LineError> errors) =>
        new(messageId, sku, LineOutcome.Rejected, 0, errors);
}
