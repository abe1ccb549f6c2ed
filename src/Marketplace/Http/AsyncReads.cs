using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Http;

/// <summary>
/// What every read of an asynchronous projection shares: it waits until the projection has dealt with everything that was recorded when
/// the request came, and says through which position its answer is complete.
/// </summary>
public sealed class AsyncReads(Positions positions, NpgsqlDataSource db, TimeProvider clock)
{
    // While somebody waits, a look costs one row by its key.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Answers once the projection has reached the log's complete end as of now and the position in <c>Marketplace-Min-Position</c>,
    /// waiting at most <see cref="Positions.LongestWait"/>, else 503.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="projection">The projection's name, which is its class's.</param>
    /// <param name="answer">Reads the rows and answers; it is given the position through which they are complete.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<IResult> AnswerAsync(HttpContext http, string projection, Func<long, Task<IResult>> answer, CancellationToken ct)
    {
        if (!Reads.TryMinPosition(http, out var least)) return Reads.BadMinPosition.ToResult();
        var wanted = Math.Max(least ?? 0, await positions.CompleteAsync(ct));
        var began = clock.GetTimestamp();
        while (true)
        {
            var reached = await ProgressAsync(projection, ct);
            if (reached >= wanted) return await answer(reached);
            if (clock.GetElapsedTime(began) >= Positions.LongestWait) return Reads.NotReached(wanted, reached).ToResult();
            await Task.Delay(BetweenLooks, clock, ct);
        }
    }

    /// <summary>The position a projection has reached; 0 before its first event.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<long> ProgressAsync(string projection, CancellationToken ct)
    {
        await using var command = db.CreateCommand("select last_seq_id from mt_event_progression where name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = projection + ":All" });
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }
}
