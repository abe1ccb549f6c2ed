namespace Marketplace.FaultTests.Feeds;

/// <summary>A line of a feed and what must become of it, by a plain model of offers.</summary>
/// <param name="Text">The line.</param>
/// <param name="Sku">Its sku.</param>
/// <param name="Status">What its result says.</param>
/// <param name="Version">The offer's version after it; 0 when it is rejected.</param>
/// <param name="Events">How many events it records.</param>
public sealed record PlannedLine(string Text, string Sku, string Status, long Version, int Events);
