namespace Marketplace.HttpTests.Identity;

/// <summary>A clock that stands where it is set.</summary>
public sealed class SetClock : TimeProvider
{
    private long _ticks = System.GetUtcNow().Ticks;

    /// <summary>What it shows.</summary>
    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _ticks, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => Now;
}
