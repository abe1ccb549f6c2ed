using Npgsql;

namespace Marketplace.Idempotency;

/// <summary>
/// Removes expired keys: at the start and once a minute, in short statements one after the other until none is left. Nothing depends on
/// when it comes by; an expired key answers nobody.
/// </summary>
public sealed partial class ExpiredKeys(KeyStore keys, TimeProvider clock, ILogger<ExpiredKeys> log) : BackgroundService
{
    /// <summary>The time between two rounds.</summary>
    public static readonly TimeSpan BetweenRounds = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await keys.SweepAsync(clock.GetUtcNow(), stoppingToken) == KeyStore.SweptAtOnce)
                {
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                // The rows do no harm where they are; the next round finds them again.
                Missed(log, e.Message);
            }
            await Task.Delay(BetweenRounds, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Expired idempotency keys could not be removed: {Reason}")]
    private static partial void Missed(ILogger log, string reason);
}
