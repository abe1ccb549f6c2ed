using Marketplace.Domain;
using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Http;

/// <summary>
/// What every read of an asynchronous projection shares: it waits until the projection has dealt with everything that was recorded when
/// the request came, and says through which position its answer is complete.
/// </summary>
public sealed class AsyncReads(Positions positions, ReadModelProgress progress)
{
    /// <summary>
    /// Answers once the projection has reached the log's complete end as of now and the position in <c>Marketplace-Min-Position</c>,
    /// waiting at most <see cref="Positions.LongestWait"/>, else 503.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="projection">The projection's name, which is its class's.</param>
    /// <param name="answer">Reads the rows and answers; it is given the position through which they are complete.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public Task<IResult> AnswerAsync(HttpContext http, string projection, Func<long, Task<IResult>> answer, CancellationToken ct) =>
        AnswerAsync(http, projection, null, answer, ct);

    /// <summary>As the other, about a moment in the past: a position that the log has not reached is a 400.</summary>
    /// <param name="http">The request.</param>
    /// <param name="projection">The projection's name, which is its class's.</param>
    /// <param name="moment">The moment, or null.</param>
    /// <param name="answer">Reads the rows and answers; it is given the position through which they are complete.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<IResult> AnswerAsync(
        HttpContext http, string projection, Moment? moment, Func<long, Task<IResult>> answer, CancellationToken ct)
    {
        if (!Reads.TryMinPosition(http, out var least)) return Reads.BadMinPosition.ToResult();
        var wanted = Math.Max(least ?? 0, await positions.CompleteAsync(ct));
        if (moment?.Position is { } asked && asked > wanted)
        {
            // A position that a write has answered with may wait for slower writers before it; one that nobody has is not reached.
            if (!await positions.IsTakenAsync(asked, ct)) return Refusal.Invalid("atPosition", "is not reached yet.").ToResult();
            wanted = asked;
        }
        var (reached, position) = await progress.WaitAsync(projection, wanted, ct);
        return reached ? await answer(position) : Reads.NotReached(wanted, position).ToResult();
    }
}
