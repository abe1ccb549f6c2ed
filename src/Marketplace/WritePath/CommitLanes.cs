using System.Threading.Channels;
using Marketplace.Limits;

namespace Marketplace.WritePath;

/// <summary>
/// Commits units. A lane takes all units that wait, up to a bound, and stores them in one transaction; so a lone caller waits for no other, and
/// the more callers there are, the more share a transaction. A second lane overtakes a transaction that takes long. A unit that another program
/// keeps waiting for a lock goes to lanes of its own kind, where only others of that kind wait after it.
/// </summary>
public sealed class CommitLanes(GroupCommit commit, LimitSettings limits) : IHostedService
{
    /// <summary>Lanes. The first takes units at once, the others those that have waited.</summary>
    public const int Lanes = 2;

    /// <summary>How long units wait for the first lane before another takes them: each transaction has a cost that few units would share.</summary>
    public static readonly TimeSpan OvertakeAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>Lanes for units that wait for a lock; each unit alone.</summary>
    public const int HeldLanes = 4;

    /// <summary>Events after which a lane takes no further unit into its transaction.</summary>
    public const int MostEvents = 512;

    private readonly Channel<CommitUnit> _waiting = Channel.CreateBounded<CommitUnit>((int)limits[LimitSettings.QueuedCommits]);
    private readonly Channel<CommitUnit> _held = Channel.CreateBounded<CommitUnit>((int)limits[LimitSettings.QueuedCommits]);
    private Task _lanes = Task.CompletedTask;
    private Task _heldLanes = Task.CompletedTask;

    /// <summary>Takes a unit to be committed.</summary>
    /// <returns>False when as many units wait as may: it is not taken.</returns>
    public bool TrySubmit(CommitUnit unit) => _waiting.Writer.TryWrite(unit);

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _lanes = Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => RunAsync(lane == 0), CancellationToken.None)));
        _heldLanes = Task.WhenAll(Enumerable.Range(0, HeldLanes).Select(_ => Task.Run(RunHeldAsync, CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Takes no more units; those taken are finished first.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await _lanes.WaitAsync(cancellationToken);
        _held.Writer.TryComplete();
        await _heldLanes.WaitAsync(cancellationToken);
    }

    private async Task RunAsync(bool isFirst)
    {
        var group = new List<CommitUnit>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            if (!isFirst) await Task.Delay(OvertakeAfter);
            group.Clear();
            for (var events = 0; events < MostEvents && _waiting.Reader.TryRead(out var unit); events += unit.EventCount) group.Add(unit);
            if (group.Count == 0) continue;
            foreach (var held in await commit.SaveAsync([.. group], GroupCommit.GroupLockWait))
            {
                if (!_held.Writer.TryWrite(held)) held.Fail(new LockNotAvailableException(new TimeoutException("Too many units wait for locks.")));
            }
        }
    }

    private async Task RunHeldAsync()
    {
        await foreach (var unit in _held.Reader.ReadAllAsync())
        {
            foreach (var held in await commit.SaveAsync([unit], GroupCommit.LockWait))
                held.Fail(new LockNotAvailableException(new TimeoutException($"The lock was not available within {GroupCommit.LockWait.TotalSeconds} s.")));
        }
    }
}
