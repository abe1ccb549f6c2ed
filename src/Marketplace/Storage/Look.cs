namespace Marketplace.Storage;

/// <summary>A look at the log, which all share who asked for one before it began.</summary>
/// <param name="Complete">The position through which everything read after it is complete.</param>
/// <param name="At">An instant before it began and after everybody had asked, UTC, in whole microseconds.</param>
public sealed record Look(long Complete, DateTimeOffset At);
