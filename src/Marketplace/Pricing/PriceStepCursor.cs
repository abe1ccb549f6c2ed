using System.Globalization;
using Marketplace.Http;
using Marketplace.Storage;

namespace Marketplace.Pricing;

/// <summary>The cursor of the list of price steps: the instant at which the next page's first step begins.</summary>
public static class PriceStepCursor
{
    /// <summary>The list's name in cursors.</summary>
    public const string List = "price-steps";

    /// <summary>The cursor of the page that begins with the step from this instant.</summary>
    public static string Encode(DateTimeOffset from) => Cursor.Encode(List, from.UtcTicks.ToString(CultureInfo.InvariantCulture));

    /// <summary>The instant in a cursor, or null when it holds none.</summary>
    public static DateTimeOffset? Decode(string[] keys) =>
        long.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks >= EffectiveTime.Earliest.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;
}
