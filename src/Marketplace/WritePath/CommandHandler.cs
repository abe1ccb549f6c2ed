using Marketplace.Domain;
using Marketplace.Idempotency;
using Marketplace.Storage;
using Marketplace.Telemetry;
using Marten;
using Npgsql;

namespace Marketplace.WritePath;

/// <summary>
/// Carries commands out: takes the stream's turn, asks the decider on the stream's state, and has the decision committed with who, when and
/// why. When another instance was faster, the command is decided again on the fresh state.
/// </summary>
public sealed class CommandHandler(CommitLanes lanes, StreamTurns turns, IServiceProvider services, NewEvents newEvents, IDocumentStore store,
    Latest latest, TimeProvider clock, ProgramMetrics metrics)
{
    /// <summary>How often a command lost to other instances is decided again before the caller is asked to come back.</summary>
    public const int MostAttempts = 50;

    /// <summary>Decides a command on one stream and records the decision in one commit.</summary>
    /// <param name="key">The stream's key.</param>
    /// <param name="intent">Who and why.</param>
    /// <param name="decide">The pure decision on the state, which is null while nothing is stored.</param>
    /// <param name="ct">Cancels until the decision is handed on; from then on it is recorded.</param>
    /// <exception cref="NpgsqlException">The database is lost or refuses; whether the decision was recorded is not known.</exception>
    public async Task<Outcome<TState>> HandleAsync<TState>(string key, Intent intent, Func<TState?, Decision> decide, CancellationToken ct)
        where TState : class, IStreamState<TState>
    {
        var states = services.GetRequiredService<StreamStates<TState>>();
        if (intent.Keyed?.Receipt is { } receipt) return await RepeatAsync(states, key, receipt, ct);
        using var turn = await turns.TakeAsync(key, ct);
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            try
            {
                if (await AttemptAsync(states, key, intent, decide, ct) is { } outcome) return outcome;
            }
            catch (CommitConflictException)
            {
                intent.Keyed?.Withdraw();
            }
            catch (LockNotAvailableException)
            {
                intent.Keyed?.Withdraw();
                break;
            }
            catch (Exception e) when (intent.Keyed is not null && KeyedRequest.IsTakenBy(e))
            {
                return Outcome<TState>.Refused(intent.Keyed.Taken());
            }
        }
        metrics.Decided(StreamKeys.KindOf(key), "contended", 0);
        return Outcome<TState>.Refused(new Refusal(503, "contended", "The resource changes faster than this request can follow; try again."));
    }

    // Null: the state it was decided on is not the present one, and has been forgotten.
    private async Task<Outcome<TState>?> AttemptAsync<TState>(
        StreamStates<TState> states, string key, Intent intent, Func<TState?, Decision> decide, CancellationToken ct)
        where TState : class, IStreamState<TState>
    {
        var (state, version) = await states.GetAsync(key, ct);
        var decision = Judgement.Of(intent, decide, state, version, clock.GetUtcNow());
        if (decision.Events.Count == 0)
        {
            // The state may come from memory: a decision to record nothing, too, must have been taken on the present one.
            var (present, position) = await latest.OfAsync(key, ct);
            if (present != version)
            {
                states.Remove(key);
                return null;
            }
            metrics.Decided(StreamKeys.KindOf(key), decision.Refusal is null ? "unchanged" : "refused", 0);
            return decision.Refusal is { } refusal
                ? Outcome<TState>.Refused(refusal)
                : new Outcome<TState>(state, version, position, Created: false, Changed: false);
        }

        var events = decision.Events.Select(fact => newEvents.Of(fact, intent)).ToArray();
        var append = new StreamAppend(key, typeof(TState), version, state?.EffectiveAt, events);
        var unit = new CommitUnit
        {
            Appends = [append],
            Statements = intent.Keyed is { } keyed ? [keyed.Enlist(new Receipt(key, append.VersionAfter, Created: state is null))] : [],
        };
        ct.ThrowIfCancellationRequested();
        if (!lanes.TrySubmit(unit)) return Outcome<TState>.Refused(Overloaded(intent));
        try
        {
            await unit.Committed;
        }
        catch
        {
            states.Remove(key);
            throw;
        }
        var after = new Versioned<TState>(events.Aggregate(state, TState.Fold), append.VersionAfter);
        states.Put(key, after);
        metrics.Decided(StreamKeys.KindOf(key), "recorded", events.Length);
        return new Outcome<TState>(after.State, after.Version, events[^1].Sequence, Created: state is null, Changed: true);
    }

    private static Refusal Overloaded(Intent intent)
    {
        intent.Keyed?.Withdraw();
        return new Refusal(503, "overloaded", "There is more work here than can be done just now; try again.");
    }

    // The outcome as it was when the receipt was written, whatever has happened to the stream since.
    private async Task<Outcome<TState>> RepeatAsync<TState>(StreamStates<TState> states, string key, Receipt receipt, CancellationToken ct)
        where TState : class, IStreamState<TState>
    {
        if (receipt.Resource != key) throw new InvalidOperationException($"The receipt is for {receipt.Resource}, not for {key}.");
        var then = await states.GetAsync(key, ct);
        if (then.Version != receipt.Version)
        {
            await using var session = store.QuerySession();
            then = await FoldedStates<TState>.ReadAsync(session, key, receipt.Version, ct);
        }
        if (then.Version != receipt.Version)
            throw new InvalidOperationException($"{key} has no version {receipt.Version}, for which there is a receipt: the log is damaged.");
        return new Outcome<TState>(then.State, then.Version, await latest.PositionOfAsync(key, then.Version, ct), receipt.Created, Changed: true);
    }
}
