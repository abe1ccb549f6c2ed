namespace Marketplace.Feeds;

/// <summary>
/// How many lines a batch takes, adapted so that it lasts about as long as it should. One worker's own; not to be used by two threads at once.
/// </summary>
/// <param name="target">How long a batch should take.</param>
public sealed class BatchSize(TimeSpan target)
{
    /// <summary>The size to begin with: a feed's first results are there soon, whatever the server is like.</summary>
    public const int First = 128;

    /// <summary>The most lines of a batch.</summary>
    public const int Most = 2_000;

    /// <summary>
    /// The size that slowness alone does not go below: what is slow about so few lines is the batch itself, its round trips and its commit, or
    /// that it waits for the one before it, and fewer lines would only make more batches of them.
    /// </summary>
    public const int Least = 384;

    // Between two batches the size at most doubles and at most halves: one odd measurement is no reason for more.
    private const double MostChange = 2;

    /// <summary>Lines of the next batch at the most.</summary>
    public int Lines { get; private set; } = First;

    /// <summary>A batch was applied: the next one takes as many lines as would have taken the time that it should.</summary>
    /// <param name="lines">How many lines it had.</param>
    /// <param name="took">How long it took.</param>
    public void Applied(int lines, TimeSpan took)
    {
        var wanted = Math.Max(Least, lines * (target / (took > TimeSpan.Zero ? took : TimeSpan.FromMicroseconds(1))));
        // A short batch, at a feed's end, says that a longer one would not have been too slow, but nothing against the size it has.
        if (lines < Lines && wanted < Lines && took < target) return;
        Lines = (int)Math.Clamp(wanted, Math.Max(1, Lines / MostChange), Math.Min(Most, Lines * MostChange));
    }

    /// <summary>A batch was in somebody's way, or somebody in its: the next one is half as large.</summary>
    /// <param name="lines">How many lines it was to have.</param>
    public void Conflicted(int lines) => Lines = Math.Max(1, Math.Min(lines, Lines) / 2);
}
