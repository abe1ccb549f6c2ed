using Marketplace.Limits;

namespace Marketplace.Feeds;

/// <summary>The limits of feeds: those of the contract, and those that an operator may change.</summary>
public static class FeedLimits
{
    /// <summary>The most lines of a feed; part of the contract.</summary>
    public const int MostLines = 100_000;

    /// <summary>The most bytes of a feed, 64 MiB; part of the contract.</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    /// <summary>Feeds of one seller that are not finished.</summary>
    public static readonly LimitSetting FeedsPerSeller = new(nameof(FeedsPerSeller), 16, 1, 10_000, "feeds");

    /// <summary>Uploads that an instance takes at once.</summary>
    public static readonly LimitSetting FeedUploads = new(nameof(FeedUploads), 16, 1, 1_000, "uploads");

    /// <summary>Uploads of one seller that an instance takes at once.</summary>
    public static readonly LimitSetting FeedUploadsPerSeller = new(nameof(FeedUploadsPerSeller), 4, 1, 1_000, "uploads");

    /// <summary>The longest that an upload may take; the server's own least rate of bodies holds beside it.</summary>
    public static readonly LimitSetting FeedUploadSeconds = new(nameof(FeedUploadSeconds), 600, 1, 86_400, "seconds");

    /// <summary>Feeds that an instance applies at once, each of another seller.</summary>
    public static readonly LimitSetting FeedWorkers = new(nameof(FeedWorkers), 2, 1, 64, "feeds");

    /// <summary>Lines of a feed that commit together at the most.</summary>
    public static readonly LimitSetting FeedSliceLines = new(nameof(FeedSliceLines), 256, 1, 5_000, "lines");

    /// <summary>For how long a finished feed and its results are kept.</summary>
    public static readonly LimitSetting FeedResultDays = new(nameof(FeedResultDays), 30, 1, 3_650, "days");

    /// <summary>Those that an operator may change.</summary>
    public static IReadOnlyList<LimitSetting> All { get; } =
        [FeedsPerSeller, FeedUploads, FeedUploadsPerSeller, FeedUploadSeconds, FeedWorkers, FeedSliceLines, FeedResultDays];
}
