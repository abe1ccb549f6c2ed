using JasperFx;
using Marketplace.Domain;
using Marketplace.Telemetry;
using Marketplace.Idempotency;
using Marten;
using Marten.Exceptions;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>
/// Carries commands out: fetches the stream's state, asks the decider, appends what it decided with who, when and why, and decides again
/// on the fresh state when somebody else was faster.
/// </summary>
public sealed class Decisions(IDocumentStore store, NpgsqlDataSource db, TimeProvider clock, ProgramMetrics metrics)
{
    /// <summary>How often a command lost to other instances is decided again before the caller is asked to come back.</summary>
    public const int MostAttempts = 50;

    // Commands on one stream queue up here rather than race each other to the database; only other instances can still be faster.
    private readonly SemaphoreSlim[] _turns = Enumerable.Range(0, 4096).Select(_ => new SemaphoreSlim(1)).ToArray();

    /// <summary>Decides a command on one stream and records the decision in one commit.</summary>
    /// <param name="key">The stream's key.</param>
    /// <param name="intent">Who and why.</param>
    /// <param name="decide">The pure decision on the state, which is null while nothing is stored.</param>
    /// <param name="ct">Cancels up to the commit; an answer that was not seen may still have been recorded.</param>
    /// <exception cref="NpgsqlException">The database is lost or refuses; nothing is known to be recorded.</exception>
    public async Task<Outcome<TState>> OnAsync<TState>(string key, Intent intent, Func<TState?, Decision> decide, CancellationToken ct)
        where TState : class, IStreamState<TState>
    {
        if (intent.Keyed?.Receipt is { } receipt) return await RepeatAsync<TState>(key, receipt, ct);
        var turn = _turns[(uint)string.GetHashCode(key) % (uint)_turns.Length];
        await turn.WaitAsync(ct);
        try
        {
            for (var attempt = 1; attempt <= MostAttempts; attempt++)
            {
                try
                {
                    if (await AttemptAsync(key, intent, decide, ct) is { } outcome) return outcome;
                }
                catch (Exception e) when (e is ConcurrencyException or ExistingStreamIdCollisionException)
                {
                    // Another instance was faster: its events are part of the state now, so the command is decided again.
                    intent.Keyed?.Withdraw();
                }
                catch (Exception e) when (intent.Keyed is not null && KeyedRequest.IsTakenBy(e))
                {
                    return Outcome<TState>.Refused(intent.Keyed.Taken());
                }
            }
            metrics.Decided(KindOf(key), "contended", 0);
            return Outcome<TState>.Refused(new Refusal(503, "contended", "The resource changes faster than this request can follow; try again."));
        }
        finally
        {
            turn.Release();
        }
    }

    // Null: the state it was decided on is not the present one.
    private async Task<Outcome<TState>?> AttemptAsync<TState>(string key, Intent intent, Func<TState?, Decision> decide, CancellationToken ct)
        where TState : class, IStreamState<TState>
    {
        await using var session = store.LightweightSession();
        var stream = await session.Events.FetchForWriting<TState>(key, ct);
        var state = stream.Aggregate;
        var version = state is null ? 0 : stream.StartingVersion ?? 0;

        var now = clock.GetUtcNow();
        var decision = Judge(intent, decide, state, version, now);
        if (decision.Events.Count == 0)
        {
            // The state may come from memory: a decision to record nothing, too, must have been taken on the present one. One look tells
            // that and the position; saving a session that records nothing makes the store forget the state it was mistaken about.
            var (present, position) = await LatestAsync(key, ct);
            if (present != version)
            {
                await session.SaveChangesAsync(ct);
                return null;
            }
            metrics.Decided(KindOf(key), decision.Refusal is null ? "unchanged" : "refused", 0);
            return decision.Refusal is { } refusal
                ? Outcome<TState>.Refused(refusal)
                : new Outcome<TState>(state, version, position, Created: false, Changed: false);
        }

        Describe(session, intent, EffectiveTime.Of(intent.EffectiveAt, now, state?.EffectiveAt));
        stream.AppendMany(decision.Events);
        intent.Keyed?.Enlist(session, new Receipt(key, version + decision.Events.Count, Created: state is null));
        // Positions relies on numbers being drawn in the transaction that stores the events, and the package draws them ahead of its own.
        await session.BeginTransactionAsync(ct);
        await session.SaveChangesAsync(ct);

        metrics.Decided(KindOf(key), "recorded", decision.Events.Count);
        var after = state;
        foreach (var e in stream.Events) after = TState.Fold(after, e);
        var last = stream.Events[^1];
        return new Outcome<TState>(after, version + decision.Events.Count, last.Sequence, Created: state is null, Changed: true);
    }

    // The outcome as it was when the receipt was written, whatever has happened to the stream since.
    private async Task<Outcome<TState>> RepeatAsync<TState>(string key, Receipt receipt, CancellationToken ct)
        where TState : class, IStreamState<TState>
    {
        if (receipt.Resource != key) throw new InvalidOperationException($"The receipt is for {receipt.Resource}, not for {key}.");
        await using var session = store.LightweightSession();
        var stream = await session.Events.FetchForWriting<TState>(key, ct);
        if (stream.Aggregate is { } current && stream.StartingVersion == receipt.Version)
            return new Outcome<TState>(current, receipt.Version, await LastPositionAsync(key, receipt.Version, ct), receipt.Created, Changed: true);

        TState? state = null;
        var events = await session.Events.FetchStreamAsync(key, receipt.Version, token: ct);
        foreach (var e in events) state = TState.Fold(state, e);
        if (events.Count == 0 || events[^1].Version != receipt.Version)
            throw new InvalidOperationException($"{key} has no version {receipt.Version}, for which there is a receipt: the log is damaged.");
        return new Outcome<TState>(state, receipt.Version, events[^1].Sequence, receipt.Created, Changed: true);
    }

    // Keys begin with it: offer/powells/sku-1.
    private static string KindOf(string key) => key.StartsWith("offer/", StringComparison.Ordinal) ? "offer"
        : key.StartsWith("review/", StringComparison.Ordinal) ? "review" : "product";

    private static Decision Judge<TState>(Intent intent, Func<TState?, Decision> decide, TState? state, long version, DateTimeOffset now)
        where TState : class, IStreamState<TState>
    {
        if (intent.EffectiveAt > now) return Refusal.Invalid(EffectiveTime.Header, "must not lie ahead of the clock.");
        if (intent.EffectiveAt < EffectiveTime.Earliest)
            return Refusal.Invalid(EffectiveTime.Header, $"must not lie before {EventFacts.Format(EffectiveTime.Earliest)}.");
        var decision = decide(state);
        if (intent.Precondition is { } holds && !holds(state is null ? null : version))
        {
            // Where the command has nothing to work on, that is the answer, whatever version was asked for (RFC 9110, 13.2.1).
            return state is null && decision.Refusal is { Status: 404 } ? decision : Refusal.Stale(state is null ? null : version);
        }
        return decision.Events.Count > 0 && intent.EffectiveAt < state?.EffectiveAt ? EffectiveTime.GoesBack(state.EffectiveAt) : decision;
    }

    private static void Describe(IDocumentSession session, Intent intent, DateTimeOffset? effectiveAt)
    {
        session.LastModifiedBy = intent.Actor;
        if (intent.CorrelationId is { } correlation) session.CorrelationId = correlation;
        if (intent.CausationId is { } causation) session.CausationId = causation;
        foreach (var (name, value) in EventFacts.HeadersOf(intent, effectiveAt)) session.SetHeader(name, value);
    }

    private async Task<(long Version, long Position)> LatestAsync(string key, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select version, seq_id from mt_events where stream_id = $1 order by version desc limit 1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }

    private async Task<long> LastPositionAsync(string key, long version, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select seq_id from mt_events where stream_id = $1 and version = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }
}
