using Marketplace.WritePath;

namespace Marketplace.Tests.WritePath;

public class StreamTurnsTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private readonly StreamTurns _turns = new();

    [Fact]
    public async Task A_stream_that_is_free_is_had_at_once_and_others_do_not_matter()
    {
        using var a = await _turns.TakeAsync("a", default);
        Assert.True(_turns.TakeAsync("b", default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_comes_first_is_served_first()
    {
        var (order, held) = (new List<int>(), await _turns.TakeAsync("a", default));
        var waiting = Enumerable.Range(0, 20).Select(WaitAsync).ToArray();

        held.Dispose();
        await Task.WhenAll(waiting).WaitAsync(Soon);

        Assert.Equal(Enumerable.Range(0, 20), order);

        async Task WaitAsync(int n)
        {
            using var turn = await _turns.TakeAsync("a", default);
            order.Add(n);
        }
    }

    [Fact]
    public async Task Who_gives_up_waiting_is_passed_over()
    {
        var held = await _turns.TakeAsync("a", default);
        using var stop = new CancellationTokenSource();
        var (first, second) = (_turns.TakeAsync("a", stop.Token).AsTask(), _turns.TakeAsync("a", default).AsTask());

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        held.Dispose();

        (await second.WaitAsync(Soon)).Dispose();
        Assert.True(_turns.TakeAsync("a", default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_gives_up_waiting_for_several_keeps_none()
    {
        using var held = await _turns.TakeAsync("b", default);
        using var stop = new CancellationTokenSource();
        var both = _turns.TakeAsync(["a", "b"], stop.Token).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => both);

        Assert.True(_turns.TakeAsync("a", default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Turns_of_several_streams_never_lock_each_other_out()
    {
        var (counters, keys) = (new int[8], Enumerable.Range(0, 8).Select(n => $"{n}").ToArray());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            var random = new Random(n);
            for (var i = 0; i < 500; i++)
            {
                random.Shuffle(keys = [.. keys]);
                var some = keys[..random.Next(1, 5)].ToArray();
                using var taken = await _turns.TakeAsync(some, default);
                foreach (var key in some) Assert.Equal(1, Interlocked.Increment(ref counters[int.Parse(key)]));
                await Task.Yield();
                foreach (var key in some) Interlocked.Decrement(ref counters[int.Parse(key)]);
            }
        })).WaitAsync(Soon);
    }
}
