using System.Globalization;

namespace Marketplace.Web;

/// <summary>Instants as the pages show them and as their "as of" field sends them, always in UTC.</summary>
public static class InstantText
{
    private static readonly string[] Accepted =
    [
        "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd",
    ];

    /// <summary>For readers: <c>22 Nov 2026 10:51 UTC</c>, down to the millisecond where there is one to tell apart.</summary>
    public static string Of(DateTimeOffset at)
    {
        var format = at.Millisecond > 0 ? "d MMM yyyy HH:mm:ss.fff" : at.Second > 0 ? "d MMM yyyy HH:mm:ss" : "d MMM yyyy HH:mm";
        return at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture) + " UTC";
    }

    /// <summary>For machines: ISO 8601 with <c>Z</c>.</summary>
    public static string Iso(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// The value of a date and time field, which has milliseconds at most and no zone. Rounded up, so that what took
    /// effect at the instant is seen by whoever asks for this value.
    /// </summary>
    public static string Field(DateTimeOffset at)
    {
        var ticks = (at.UtcTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond;
        var shown = new DateTime(Math.Min(ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        return shown.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads what the field or a link sent: ISO 8601, in UTC where no zone is given; finer than a microsecond
    /// is cut off, as the database would. Null when it is none of this.</summary>
    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(
            text, Accepted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero)
            : null;
}
