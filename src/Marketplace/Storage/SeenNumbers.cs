using System.Runtime.InteropServices;

namespace Marketplace.Storage;

/// <summary>
/// Which numbers of the log have been seen: all through the highest but for gaps. So every event is new exactly once, in whatever order
/// events become visible, and the log is complete up to the first gap.
/// <para>
/// Numbers are drawn one by one, and every writer draws in the transaction that stores the event. So an unbroken run of visible numbers is
/// complete; and a gap will never be filled once every transaction has ended that had drawn, or had an id, at some moment after the gap was
/// seen: who draws locks the sequence until its transaction ends. The clock never decides.
/// </para>
/// </summary>
/// <param name="complete">Everything through this number is visible or will never come.</param>
/// <param name="mostGaps">How many gaps are kept at the most; what would make one more stays unseen.</param>
public sealed class SeenNumbers(long complete, int mostGaps)
{
    private readonly List<Gap> _gaps = [];
    private long _before = complete;
    private Evidence? _evidence;

    /// <summary>Numbers that are not visible, although a higher one is.</summary>
    /// <param name="From">The first.</param>
    /// <param name="To">The last.</param>
    public readonly record struct Gap(long From, long To);

    /// <summary>What to do about gaps before the next look, or at once.</summary>
    public enum Step
    {
        /// <summary>Nothing can be done now.</summary>
        None,

        /// <summary>Gather <see cref="Evidence"/> about them.</summary>
        Gather,

        /// <summary>Find out whether the transactions that had drawn are over, then look again.</summary>
        AskDrawers,
    }

    /// <summary>Who might still fill the gaps there are: gathered after they were seen.</summary>
    /// <param name="NextTransaction">A transaction id drawn then: whoever had an id by then has a smaller one.</param>
    /// <param name="Drawers">The virtual ids of the transactions that held the sequence then; none once they are known to be over.</param>
    public sealed record Evidence(long NextTransaction, string[] Drawers)
    {
        /// <summary>The highest number seen then.</summary>
        public long Through { get; init; }
    }

    /// <summary>The highest number seen.</summary>
    public long Highest { get; private set; } = complete;

    /// <summary>Everything through this number is visible or will never come.</summary>
    public long Complete => _gaps.Count == 0 ? Highest : _gaps[0].From - 1;

    /// <summary>The gaps, ascending.</summary>
    public IReadOnlyList<Gap> Gaps => _gaps;

    /// <summary>The evidence gathered about the gaps, if any.</summary>
    public Evidence? Gathered => _evidence;

    /// <summary>Notes a number that is visible.</summary>
    /// <returns>False when that would make more gaps than are kept: it stays unseen, and will be found again.</returns>
    public bool See(long number)
    {
        if (number > Highest)
        {
            if (number > Highest + 1)
            {
                if (_gaps.Count >= mostGaps) return false;
                _gaps.Add(new Gap(Highest + 1, number - 1));
            }
            Highest = number;
            return true;
        }
        var at = FindGap(number);
        if (at < 0) return true;
        var (from, to) = _gaps[at];
        if (from == to) _gaps.RemoveAt(at);
        else if (number == from) _gaps[at] = new Gap(number + 1, to);
        else if (number == to) _gaps[at] = new Gap(from, number - 1);
        else
        {
            if (_gaps.Count >= mostGaps) return false;
            _gaps[at] = new Gap(from, number - 1);
            _gaps.Insert(at + 1, new Gap(number + 1, to));
        }
        return true;
    }

    /// <summary>Takes evidence gathered since the last look.</summary>
    public void Keep(Evidence gathered) => _evidence = gathered with { Through = Highest };

    /// <summary>The transactions that had drawn are over. It takes another look to see what they left.</summary>
    public void DrawersAreOver() => _evidence = _evidence! with { Drawers = [] };

    /// <summary>Ends a look: passes the gaps that can no longer be filled.</summary>
    /// <param name="oldestRunning">Every transaction with a smaller id had ended, and what it left was visible, when the look was taken.</param>
    /// <param name="through">Everything visible through this number has been noted.</param>
    public Step Decide(long oldestRunning, long through)
    {
        // Most gaps are filled by the next look; only those that outlast one are worth gathering anything about.
        var isOld = _gaps.Count > 0 && _gaps[0].From <= _before;
        _before = Highest;
        if (_evidence is { } old && (_gaps.Count == 0 || old.Through < _gaps[0].From)) _evidence = null;
        if (_evidence is not { } evidence) return isOld ? Step.Gather : Step.None;
        if (oldestRunning < evidence.NextTransaction || through < evidence.Through) return Step.None;
        if (evidence.Drawers.Length > 0) return Step.AskDrawers;
        _gaps.RemoveAll(gap => gap.To <= evidence.Through);
        _evidence = null;
        return Step.None;
    }

    private int FindGap(long number)
    {
        var gaps = CollectionsMarshal.AsSpan(_gaps);
        var (low, high) = (0, gaps.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (number < gaps[middle].From) high = middle - 1;
            else if (number > gaps[middle].To) low = middle + 1;
            else return middle;
        }
        return -1;
    }
}
