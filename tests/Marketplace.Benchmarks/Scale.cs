namespace Marketplace.Benchmarks;

/// <summary>How large the things are that rows are measured on. What is smaller when quick, the table says.</summary>
internal sealed record Scale
{
    /// <summary>The sizes that the targets speak of.</summary>
    public static Scale Full { get; } = new();

    /// <summary>Small enough that all rows fit in two minutes.</summary>
    public static Scale Quick { get; } = new()
    {
        Events = 30_000,
        Offers = [1_000, 10_000],
        HotOffers = 10_000,
        FeedLines = 20_000,
        Starts = 2,
        IsFull = false,
    };

    /// <summary>Whether these are the targets' sizes.</summary>
    public bool IsFull { get; private init; } = true;

    /// <summary>Events of the long log, of which a million change a price when it is full.</summary>
    public int Events { get; private init; } = 1_200_000;

    /// <summary>Events of the short log that it is compared with.</summary>
    public int FewEvents { get; private init; } = 10_000;

    /// <summary>Numbers of offers that repricing and lowest prices are compared at.</summary>
    public int[] Offers { get; private init; } = [1_000, 100_000, 1_000_000];

    /// <summary>Active offers of the one hot product.</summary>
    public int HotOffers { get; private init; } = 100_000;

    /// <summary>Lines of a feed; it reprices a fifth as many offers.</summary>
    public int FeedLines { get; private init; } = 100_000;

    /// <summary>How often the application is started.</summary>
    public int Starts { get; private init; } = 9;
}
