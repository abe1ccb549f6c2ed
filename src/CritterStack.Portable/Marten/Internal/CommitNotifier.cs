using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Internal;

/// <summary>
/// Tells other processes that there are new events, at most once per <see cref="Pause"/> however many commits there are:
/// a NOTIFY within the writers' transactions would make them commit one after another.
/// </summary>
internal sealed class CommitNotifier(NpgsqlDataSource dataSource, string channel, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private const int Idle = 0;
    private const int Running = 1;
    private const int Asked = 2;

    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private int _state;
    private int _isDisposed;

    /// <summary>Events were committed. Never waits and never fails.</summary>
    public void Raise()
    {
        if (Interlocked.Exchange(ref _state, Asked) == Idle)
        {
            _run = Task.Run(RunAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes the store once for each of the services that it is registered as.
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        do
        {
            Volatile.Write(ref _state, Running);
            try
            {
                await NotifyAsync(_stop.Token).ConfigureAwait(false);
                await Task.Delay(Pause, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or TimeoutException or InvalidOperationException)
            {
                logger.NotifyFailed(e);
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
    }

    private async Task NotifyAsync(CancellationToken token)
    {
        // The hint may be lost with the server: it need not be flushed.
        await using var notify = dataSource.CreateCommand("select set_config('synchronous_commit', 'off', true), pg_notify($1, '')");
        notify.Parameters.Add(new NpgsqlParameter<string> { TypedValue = channel });
        await notify.ExecuteNonQueryAsync(token).ConfigureAwait(false);
    }
}
