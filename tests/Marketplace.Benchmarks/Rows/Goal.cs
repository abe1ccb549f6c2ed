namespace Marketplace.Benchmarks.Rows;

/// <summary>What a row must reach, and how much of that it reached.</summary>
/// <param name="Words">The goal for the table.</param>
/// <param name="Share">What was reached as a share of it: 1 or more when it is met.</param>
internal sealed record Goal(string Words, double Share)
{
    public bool IsMet => Share >= 1;

    /// <summary>A goal that more is better for.</summary>
    public static Goal AtLeast(string words, double reached, double wanted) => new(words, reached / wanted);

    /// <summary>A goal that less is better for.</summary>
    public static Goal AtMost(string words, double taken, double allowed) => new(words, taken > 0 ? allowed / taken : 0);
}
