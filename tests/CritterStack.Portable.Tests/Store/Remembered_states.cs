using System.Globalization;
using Marten.Internal;

namespace CritterStack.Portable.Tests.Store;

public sealed class Remembered_states
{
    [Fact]
    public void Are_bounded_and_those_asked_for_stay()
    {
        var cache = new AggregateCache<string>(100);
        cache.Store("asked", "a", 1);
        for (var i = 0; i < 1000; i++)
        {
            cache.Store(i.ToString(CultureInfo.InvariantCulture), "x", 1);
            Assert.True(cache.TryGet("asked", out _, out _));
        }

        var kept = Enumerable.Range(0, 1000).Count(i => cache.TryGet(i.ToString(CultureInfo.InvariantCulture), out _, out _));
        Assert.InRange(kept, 1, 101);
    }

    [Fact]
    public void Are_never_replaced_by_older_ones()
    {
        var cache = new AggregateCache<string>(2);
        cache.Store("key", "new", 2);
        cache.Store("other", "x", 1);
        cache.Store("key", "old", 1);

        Assert.True(cache.TryGet("key", out var state, out var version));
        Assert.Equal(("new", 2), (state, version));
    }

    [Fact]
    public void Are_forgotten_when_found_stale_unless_a_later_one_came()
    {
        var cache = new AggregateCache<string>(10);
        cache.Store("key", "one", 1);
        cache.Store("late", "two", 2);

        cache.Forget("key", 1);
        cache.Forget("late", 1);

        Assert.False(cache.TryGet("key", out _, out _));
        Assert.True(cache.TryGet("late", out _, out _));
    }
}
