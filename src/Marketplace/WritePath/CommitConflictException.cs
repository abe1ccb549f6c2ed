namespace Marketplace.WritePath;

/// <summary>A stream has another version than the unit was decided on. Nothing was stored; the command is to be decided again.</summary>
public sealed class CommitConflictException(IReadOnlyList<string> streams)
    : Exception($"{streams.Count} streams moved on, among them {streams.FirstOrDefault()}.")
{
    /// <summary>The streams that moved on.</summary>
    public IReadOnlyList<string> Streams { get; } = streams;
}
