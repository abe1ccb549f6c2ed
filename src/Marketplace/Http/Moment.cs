using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>A moment in the past: an instant of effective time, or a position of the log. One of the two is set.</summary>
/// <param name="Instant">All that had taken effect by then, UTC.</param>
/// <param name="Position">All that had been recorded by then.</param>
public sealed record Moment(DateTimeOffset? Instant, long? Position)
{
    /// <summary>Reads the parameters <c>asOf</c> and <c>atPosition</c>; null without them, and when something is wrong with them.</summary>
    /// <param name="query">Gathers what is wrong: both at once, an instant ahead of the clock.</param>
    /// <param name="asOf">The parameter <c>asOf</c>.</param>
    /// <param name="atPosition">The parameter <c>atPosition</c>.</param>
    /// <param name="clock">Says what is ahead.</param>
    public static Moment? Read(Query query, string? asOf, string? atPosition, TimeProvider clock)
    {
        var (instant, position) = (query.Instant("asOf", asOf), query.Position("atPosition", atPosition));
        if (asOf is not null && atPosition is not null) query.Wrong("atPosition", "cannot be given together with asOf.");
        if (instant > clock.GetUtcNow()) query.Wrong("asOf", "is not reached yet.");
        return query.Refusal is not null || (instant is null && position is null) ? null : new Moment(instant, position);
    }
}
