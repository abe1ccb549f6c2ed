using System.Globalization;
using Marketplace.Feeds;

namespace Marketplace.Limits;

/// <summary>The limits that an operator may change, as they are in force. They are read once, at the start.</summary>
public sealed class LimitSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Limits";

    /// <summary>Requests a second that one caller may keep up; 0 switches the limit off.</summary>
    public static readonly LimitSetting RequestsPerSecond = new(nameof(RequestsPerSecond), 50_000, 0, 1_000_000, "requests a second");

    /// <summary>Requests that one caller may send at once after a pause.</summary>
    public static readonly LimitSetting RequestBurst = new(nameof(RequestBurst), 100_000, 1, 10_000_000, "requests");

    /// <summary>Buckets kept for callers with a token, and as many again for those without.</summary>
    public static readonly LimitSetting CallerBuckets = new(nameof(CallerBuckets), 16_384, 1, 1_048_576, "buckets");

    /// <summary>Requests worked on at once; 0 switches the limit off.</summary>
    public static readonly LimitSetting ConcurrentRequests = new(nameof(ConcurrentRequests), 1_024, 0, 100_000, "requests");

    /// <summary>Requests that may wait for their turn when as many as may are worked on.</summary>
    public static readonly LimitSetting QueuedRequests = new(nameof(QueuedRequests), 1_024, 0, 100_000, "requests");

    /// <summary>Commands and slices of feeds that may wait to be committed.</summary>
    public static readonly LimitSetting QueuedCommits = new(nameof(QueuedCommits), 2_048, 1, 100_000, "commands");

    /// <summary>Connections open at once.</summary>
    public static readonly LimitSetting Connections = new(nameof(Connections), 10_000, 1, 1_000_000, "connections");

    /// <summary>The longest that a request's headers may take to arrive.</summary>
    public static readonly LimitSetting HeaderSeconds = new(nameof(HeaderSeconds), 15, 1, 600, "seconds");

    /// <summary>The longest that a JSON body may take to arrive.</summary>
    public static readonly LimitSetting BodySeconds = new(nameof(BodySeconds), 15, 1, 600, "seconds");

    /// <summary>The longest that a connection may stay open between two requests.</summary>
    public static readonly LimitSetting IdleSeconds = new(nameof(IdleSeconds), 120, 1, 3_600, "seconds");

    /// <summary>How long the answer to an idempotency key is kept; callers may rely on the least.</summary>
    public static readonly LimitSetting IdempotencyKeyHours = new(nameof(IdempotencyKeyHours), 24, 24, 720, "hours");

    private readonly Dictionary<LimitSetting, long> _values = [];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LimitSetting> All { get; } =
    [
        RequestsPerSecond, RequestBurst, CallerBuckets, ConcurrentRequests, QueuedRequests, QueuedCommits, Connections, HeaderSeconds, BodySeconds, IdleSeconds,
        IdempotencyKeyHours,
        .. FeedLimits.All,
    ];

    /// <summary>The value in force.</summary>
    public long this[LimitSetting setting] => _values[setting];

    /// <summary>A limit of time as it is in force.</summary>
    public TimeSpan Time(LimitSetting seconds) => TimeSpan.FromSeconds(_values[seconds]);

    /// <summary>Reads the section <see cref="Section"/>.</summary>
    /// <exception cref="InvalidSettingException">A value is no whole number in its bounds, or a name is not known.</exception>
    public static LimitSettings Read(IConfiguration configuration)
    {
        var (section, settings) = (configuration.GetSection(Section), new LimitSettings());
        // A misspelt limit would otherwise be no limit, and nobody would know.
        var unknown = section.GetChildren().Select(child => child.Key).Except(All.Select(one => one.Name), StringComparer.OrdinalIgnoreCase).Order().ToArray();
        if (unknown.Length > 0)
            throw new InvalidSettingException(
                $"{Section}:{unknown[0]} is not a limit; there are {string.Join(", ", All.Select(one => one.Name).Order(StringComparer.Ordinal))}.");
        foreach (var setting in All) settings._values[setting] = Value(setting, section[setting.Name]);
        return settings;
    }

    private static long Value(LimitSetting setting, string? text)
    {
        if (text is null) return setting.Default;
        var isWhole = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        if (isWhole && value >= setting.Least && value <= setting.Most) return value;
        throw new InvalidSettingException(string.Create(CultureInfo.InvariantCulture,
            $"{setting.Key} is '{text}'; it must be a whole number from {setting.Least} to {setting.Most} ({setting.Unit})."));
    }
}
