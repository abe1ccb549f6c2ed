using System.Threading.Channels;

namespace Marketplace.Benchmarks.Yardsticks;

/// <summary>Repricing whose concurrent commands share a commit: whoever comes while one is under way goes with the next.</summary>
internal sealed class GroupedRepricing : IAsyncDisposable
{
    private const int Most = 128;
    private readonly Channel<NewPrice> _waiting = Channel.CreateUnbounded<NewPrice>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Repricing _repricing;
    private readonly Task _run;

    public GroupedRepricing(Repricing repricing)
    {
        _repricing = repricing;
        _run = Task.Run(RunAsync);
    }

    public Task<Repriced?> RunAsync(NewPrice asked)
    {
        _waiting.Writer.TryWrite(asked);
        return asked.Outcome.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        await _run;
    }

    private async Task RunAsync()
    {
        var left = new List<NewPrice>();
        while (left.Count > 0 || await _waiting.Reader.WaitToReadAsync())
        {
            // An offer is in a statement once; a second command on it goes with the next.
            var streams = new HashSet<string>(Most);
            var (taken, next) = (new List<NewPrice>(Most), new List<NewPrice>());
            foreach (var asked in left)
                (streams.Add(asked.Stream) ? taken : next).Add(asked);
            while (taken.Count < Most && _waiting.Reader.TryRead(out var asked))
                (streams.Add(asked.Stream) ? taken : next).Add(asked);
            left = next;
            try
            {
                var repriced = await _repricing.RunAsync(taken);
                foreach (var asked in taken)
                    asked.Outcome.SetResult(repriced.GetValueOrDefault(asked.Stream));
            }
            catch (Exception e)
            {
                foreach (var asked in taken)
                    asked.Outcome.SetException(e);
            }
        }
    }
}
