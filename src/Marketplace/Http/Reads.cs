using System.Globalization;
using Marketplace.Domain;
using Marketplace.Storage;

namespace Marketplace.Http;

/// <summary>
/// What every read of a read model written in the event's own transaction shares: it waits for the position the caller asks for, and says
/// through which position its answer is complete.
/// </summary>
public sealed class Reads(Positions positions)
{
    /// <summary>
    /// Answers once the log is complete through the position in <c>Marketplace-Min-Position</c>, waiting at most
    /// <see cref="Positions.LongestWait"/>, else 503.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="answer">Reads the rows and answers; it is given the position through which they are complete.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IResult> AnswerAsync(HttpContext http, Func<long, Task<IResult>> answer, CancellationToken ct) =>
        AnswerAsync(http, look => answer(look.Complete), ct);

    /// <summary>As the other, for who wants to know when the look was taken.</summary>
    /// <param name="http">The request.</param>
    /// <param name="answer">Reads the rows and answers; it is given the look they are at least as new as.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IResult> AnswerAsync(HttpContext http, Func<Look, Task<IResult>> answer, CancellationToken ct)
    {
        if (!TryMinPosition(http, out var least)) return BadMinPosition.ToResult();
        // The position is taken before the rows are read: whatever it covers is visible to them.
        if (least is not { } position) return await answer(await positions.LookAsync(ct));
        var (reached, look) = await positions.WaitAsync(position, ct);
        return reached ? await answer(look) : NotReached(position, look.Complete).ToResult();
    }

    /// <summary>400: the header is no position.</summary>
    public static Refusal BadMinPosition => Refusal.Invalid(ContractHeaders.MinPosition, "must be a position: a whole number of 0 or more.");

    /// <summary>503: the wait ended before the position was reached.</summary>
    public static Refusal NotReached(long wanted, long complete) => new(503, "position-not-reached",
        $"Position {wanted} was not reached within {Positions.LongestWait.TotalSeconds:0} s; the answer would be complete through {complete}.");

    /// <summary>The position the caller asks for, if any.</summary>
    /// <returns>False when the header is no position.</returns>
    public static bool TryMinPosition(HttpContext http, out long? position)
    {
        position = null;
        var header = http.Request.Headers[ContractHeaders.MinPosition];
        if (header.Count == 0) return true;
        if (header.Count > 1 || !long.TryParse(header[0], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        position = value;
        return true;
    }
}
