using Marketplace.Storage;

namespace Marketplace.Tests.Storage;

public class NextOneTests
{
    private readonly List<TaskCompletionSource<int>> _runs = [];

    private NextOne<int> Work() => new(() =>
    {
        var run = new TaskCompletionSource<int>();
        lock (_runs) _runs.Add(run);
        return run.Task;
    });

    [Fact]
    public async Task Who_comes_while_it_runs_waits_for_the_next_together_with_all_who_come_meanwhile()
    {
        var work = Work();
        var first = work.OutcomeAsync();
        var (second, third) = (work.OutcomeAsync(), work.OutcomeAsync());
        Assert.Single(_runs);

        _runs[0].SetResult(1);
        Assert.Equal(1, await first);
        Assert.Equal(2, _runs.Count);
        Assert.False(second.IsCompleted);

        _runs[1].SetResult(2);
        Assert.Equal((2, 2), (await second, await third));
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task What_fails_fails_those_who_waited_for_it_and_the_next_is_tried_anew()
    {
        var work = Work();
        var (first, second) = (work.OutcomeAsync(), work.OutcomeAsync());

        _runs[0].SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        _runs[1].SetResult(2);
        Assert.Equal(2, await second);

        var third = work.OutcomeAsync();
        _runs[2].SetResult(3);
        Assert.Equal(3, await third);
    }

    [Fact]
    public async Task Who_stops_waiting_takes_nothing_from_the_others()
    {
        var work = Work();
        using var gone = new CancellationTokenSource();
        var (first, second) = (work.OutcomeAsync().WaitAsync(gone.Token), work.OutcomeAsync().WaitAsync(gone.Token));
        var stays = work.OutcomeAsync();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        _runs[0].SetResult(1);
        SpinWait.SpinUntil(() => _runs.Count == 2);
        _runs[1].SetResult(2);
        Assert.Equal(2, await stays);
    }

    [Fact]
    public async Task It_never_runs_twice_at_once_and_never_counts_for_who_came_after_it_began()
    {
        var (running, begun) = (0, 0L);
        var work = new NextOne<long>(async () =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            var mine = Interlocked.Increment(ref begun);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return mine;
        });
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var before = Interlocked.Read(ref begun);
                Assert.True(await work.OutcomeAsync() > before);
            }
        })));
    }
}
