using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.WritePath;

/// <summary>What holds for every command around its own decision: the precondition, and the rules of effective time.</summary>
public static class Judgement
{
    /// <summary>The decision on a state, or why it may not be taken.</summary>
    public static Decision Of<TState>(Intent intent, Func<TState?, Decision> decide, TState? state, long version, DateTimeOffset now)
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
}
