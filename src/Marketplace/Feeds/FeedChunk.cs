namespace Marketplace.Feeds;

/// <summary>Consecutive lines of a feed, each with its line feed, as they are stored.</summary>
/// <param name="FirstLine">The number of the first line, from 1.</param>
/// <param name="LastLine">The number of the last line.</param>
/// <param name="Content">The lines.</param>
public sealed record FeedChunk(int FirstLine, int LastLine, byte[] Content);
