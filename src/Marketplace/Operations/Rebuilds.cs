using Marketplace.Domain;
using Marketplace.Hosting;
using Marketplace.Storage;
using Marketplace.Storage.Rebuilding;
using Marten;
using Npgsql;

namespace Marketplace.Operations;

/// <summary>How a rebuild went.</summary>
/// <param name="Name">The read model.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Refusal">Why it did not happen, or null.</param>
public sealed record RebuildOutcome(string Name, double Seconds, Refusal? Refusal = null);

/// <summary>
/// Rebuilds read models from the events, under live writes, one at a time over all instances: a rebuild reads the whole log, and two of them
/// would only be in each other's way.
/// </summary>
public sealed partial class Rebuilds(
    IDocumentStore store, NpgsqlDataSource db, Positions positions, TimeProvider clock, ILogger<Rebuilds> log)
{
    // Held, on a connection of its own, by whoever rebuilds.
    private const long RebuildLock = 0x4D61726B_65740002;

    /// <summary>The names of what can be rebuilt.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ReadModels.All.Select(model => model.Name)];

    /// <summary>Rebuilds one read model; its old rows serve until the new ones replace them in one step.</summary>
    /// <returns>How it went; refused with 404 when there is no such read model, with 409 while another rebuild runs.</returns>
    /// <exception cref="NpgsqlException">The database was lost; the old rows are still there.</exception>
    /// <exception cref="InvalidOperationException">The projection fails, or its tables cannot be replaced; the old rows are still there.</exception>
    public async Task<RebuildOutcome> RunAsync(string name, CancellationToken ct)
    {
        if (ReadModels.All.FirstOrDefault(model => model.Name == name) is not { } model)
            return new RebuildOutcome(name, 0, Refusal.NotFound($"There is no read model {name}; there are {string.Join(", ", Names)}."));
        await using var turn = await db.OpenConnectionAsync(ct);
        if (!await TryLockAsync(turn))
            return new RebuildOutcome(name, 0, Running);
        try
        {
            var began = clock.GetTimestamp();
            Began(log, name);
            await new Rebuild(store, db, turn, model.ToRebuild(), positions, log).RunAsync(ct);
            var seconds = Math.Round(clock.GetElapsedTime(began).TotalSeconds, 3);
            Done(log, name, seconds);
            return new RebuildOutcome(name, seconds);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(log, e, name);
            throw;
        }
        finally
        {
            await UnlockAsync(turn);
        }
    }

    // Not a word on the read model asked for, only on the moment: it passes by itself.
    private static Refusal Running { get; } =
        Refusal.Conflict("rebuild-running", "A rebuild is running already; one runs at a time.") with { RetryAfterSeconds = 5 };

    // Neither is cancellable: a lock granted to a call that was given up would be held by a connection of the pool.
    private static async Task<bool> TryLockAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({RebuildLock})", connection);
        return await command.ExecuteScalarAsync(CancellationToken.None) is true;
    }

    private async Task UnlockAsync(NpgsqlConnection connection)
    {
        if (connection.FullState != System.Data.ConnectionState.Open) return;
        await using var command = new NpgsqlCommand($"select pg_advisory_unlock({RebuildLock})", connection);
        try
        {
            await command.ExecuteScalarAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // Whether the session still has the lock nobody knows: it must not go back into the pool.
            db.Clear();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "Rebuilding {Name}")]
    private static partial void Began(ILogger log, string name);

    [LoggerMessage(LogLevel.Information, "Rebuilt {Name} in {Seconds} s")]
    private static partial void Done(ILogger log, string name, double seconds);

    [LoggerMessage(LogLevel.Error, "{Name} could not be rebuilt; its rows are the old ones")]
    private static partial void Failed(ILogger log, Exception e, string name);
}
