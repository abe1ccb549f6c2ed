using System.Globalization;

namespace Marketplace.Idempotency;

/// <summary>How long the answer to a key is kept: <c>Limits:IdempotencyKeyHours</c>, 24 hours unless configured, up to 30 days.</summary>
/// <param name="Kept">The time from the request on.</param>
public sealed record KeyLifetime(TimeSpan Kept)
{
    /// <summary>The setting's name.</summary>
    public const string Setting = "Limits:IdempotencyKeyHours";

    /// <summary>The least, and what holds without the setting, in hours: callers may rely on it.</summary>
    public const int LeastHours = 24;

    /// <summary>The most, in hours.</summary>
    public const int MostHours = 30 * 24;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InvalidOperationException">It is no whole number within the bounds.</exception>
    public static KeyLifetime Read(IConfiguration configuration)
    {
        if (configuration[Setting] is not { } text) return new KeyLifetime(TimeSpan.FromHours(LeastHours));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is >= LeastHours and <= MostHours
            ? new KeyLifetime(TimeSpan.FromHours(hours))
            : throw new InvalidOperationException($"{Setting} must be a whole number of hours from {LeastHours} to {MostHours}.");
    }
}
