namespace Marketplace.HttpTests.Idempotency;

/// <summary>A clock that runs, and can be moved ahead.</summary>
public sealed class MovableClock : TimeProvider
{
    private long _ahead;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    /// <summary>Moves it ahead.</summary>
    public void Move(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
