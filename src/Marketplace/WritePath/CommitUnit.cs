namespace Marketplace.WritePath;

/// <summary>A statement that commits together with events. It returns no rows; a placeholder is <c>?</c>.</summary>
/// <param name="Text">One statement.</param>
/// <param name="Values">The values of its placeholders.</param>
public sealed record SqlStatement(string Text, params object[] Values);

/// <summary>
/// What commits together or not at all: the events of one command, or of some lines of a feed, and the statements that belong to them. Units
/// share transactions, but no unit learns of another's failure.
/// </summary>
public sealed class CommitUnit
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The events by stream, in the order in which they get their positions. A stream comes once.</summary>
    public IReadOnlyList<StreamAppend> Appends { get; init; } = [];

    /// <summary>Streams that get no event here, but that must still have the version that the unit was decided on.</summary>
    public IReadOnlyList<(string Key, long Version)> Unchanged { get; init; } = [];

    /// <summary>Statements that commit with the events.</summary>
    public IReadOnlyList<SqlStatement> Statements { get; init; } = [];

    /// <summary>How many events it has; what a lane counts.</summary>
    public int EventCount => Appends.Sum(append => append.Events.Count);

    /// <summary>
    /// Completes when the unit is on disk. Fails with <see cref="CommitConflictException"/> when a stream has moved on, with
    /// <see cref="LockNotAvailableException"/> when a lock was not available in time, and otherwise with what the database or the
    /// connection said; after a lost connection nobody knows whether the unit is on disk.
    /// </summary>
    public Task Committed => _committed.Task;

    internal void Succeed() => _committed.TrySetResult();

    internal void Fail(Exception e)
    {
        _committed.TrySetException(e);
        // Its owner may have stopped waiting; the failure is no less told.
        _ = _committed.Task.Exception;
    }

    /// <summary>Every stream whose version the unit depends on, with that version.</summary>
    internal IEnumerable<(string Key, long Version)> Expectations => Appends.Select(append => (append.Key, append.Version)).Concat(Unchanged);
}
