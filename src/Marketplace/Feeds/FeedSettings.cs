namespace Marketplace.Feeds;

/// <summary>The limits of feeds.</summary>
public sealed record FeedSettings
{
    /// <summary>The most lines of a feed; part of the contract.</summary>
    public const int MostLines = 100_000;

    /// <summary>The most bytes of a feed, 64 MiB; part of the contract.</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    /// <summary>The most feeds of one seller that are not finished; one more is a 429.</summary>
    public int FeedsPerSeller { get; init; } = 16;

    /// <summary>The most uploads that an instance takes at once; one more is a 429.</summary>
    public int FeedUploads { get; init; } = 16;

    /// <summary>The most uploads of one seller that an instance takes at once; one more is a 429.</summary>
    public int FeedUploadsPerSeller { get; init; } = 4;

    /// <summary>The longest an upload may take, in seconds; after that it is a 408. The server's own least rate of bodies holds beside it.</summary>
    public int FeedUploadSeconds { get; init; } = 600;

    /// <summary>Batches that an instance applies at once, each of another seller.</summary>
    public int FeedWorkers { get; init; } = 2;

    /// <summary>How long a batch should take, in milliseconds: its size is adapted to it.</summary>
    public int FeedBatchMilliseconds { get; init; } = 40;

    /// <summary>For how many days a finished feed and its results are kept.</summary>
    public int FeedResultDays { get; init; } = 30;
}
