using Marketplace.Feeds.Lines;

namespace Marketplace.Feeds;

/// <summary>What a line is told that is refused for no fault of its own.</summary>
public static class LineRefusals
{
    /// <summary>The line is fine as far as anybody can tell, but something went wrong here; the log has it under the feed's id and the line.</summary>
    public static LineError Unforeseen { get; } =
        new("unforeseen", "$", "Something went wrong here with this line, and it was left out; send it again, or ask with the feed's id and the line's number.");
}
