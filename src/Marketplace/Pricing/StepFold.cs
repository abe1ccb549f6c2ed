namespace Marketplace.Pricing;

/// <summary>Folds the changes of a group's offers into the steps of its lowest price, on either axis. Pure.</summary>
public static class StepFold
{
    /// <summary>The steps in the order of the log: one wherever the standing changes.</summary>
    /// <param name="competition">The group before the first change; it is used up.</param>
    /// <param name="group">The group.</param>
    /// <param name="changes">The changes by position.</param>
    public static IEnumerable<Step> ByPosition(Competition competition, PriceGroup group, IEnumerable<OfferChange> changes)
    {
        var before = competition.Standing;
        foreach (var change in changes)
        {
            competition.Apply(change);
            var after = competition.Standing;
            if (after == before) continue;
            yield return StepTo(group, change.EffectiveAt, change.Position, before, after);
            before = after;
        }
    }

    /// <summary>
    /// The steps in effective time: one for every instant after which the group stands otherwise than before it. What changes and changes
    /// back within one instant leaves no step.
    /// </summary>
    /// <param name="competition">The group before the first change; it is used up.</param>
    /// <param name="group">The group.</param>
    /// <param name="changes">The changes by effective time, then position.</param>
    public static IEnumerable<Step> ByInstant(Competition competition, PriceGroup group, IReadOnlyList<OfferChange> changes)
    {
        var before = competition.Standing;
        for (var i = 0; i < changes.Count;)
        {
            var (instant, position, standing) = (changes[i].EffectiveAt, changes[i].Position, before);
            for (; i < changes.Count && changes[i].EffectiveAt == instant; i++)
            {
                competition.Apply(changes[i]);
                var now = competition.Standing;
                if (now == standing) continue;
                (position, standing) = (changes[i].Position, now);
            }
            if (standing == before) continue;
            yield return StepTo(group, instant, position, before, standing);
            before = standing;
        }
    }

    /// <summary>
    /// The steps in effective time where the changes took effect in the order of the log: of the steps in that order, the last at each instant.
    /// </summary>
    /// <param name="before">The group before the first of them.</param>
    /// <param name="steps">The steps by position, none effective before the one ahead of it.</param>
    /// <returns>For each step whether it is one in effective time, and if so whether it is one of the price.</returns>
    public static IEnumerable<(Step Step, bool ByInstant, bool IsPriceStep)> InBothOrders(Standing before, IReadOnlyList<Step> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            var isLast = (i + 1 == steps.Count || steps[i + 1].EffectiveAt != step.EffectiveAt) && step.Standing != before;
            yield return (step, isLast, isLast && ChangesPrice(before, step.Standing));
            if (isLast) before = step.Standing;
        }
    }

    private static bool ChangesPrice(Standing before, Standing after) =>
        after.Winner is null ? before.Winner is not null : !after.Winner.ShowsLike(before.Winner);

    private static Step StepTo(PriceGroup group, DateTimeOffset instant, long position, Standing before, Standing after) => new(group, instant,
        position, after, ChangesPrice(before, after));
}
