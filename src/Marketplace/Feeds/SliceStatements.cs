using System.Text.Json;
using Marketplace.WritePath;

namespace Marketplace.Feeds;

/// <summary>
/// The statements that commit with a slice's events: the feed's progress, which is compared and moved on, the results of the lines, and the
/// end of the uploaded lines. So each line is applied exactly once, whatever happens to the program or the server.
/// </summary>
public static class SliceStatements
{
    private const string Advance = "call advance_feed(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string Results = """
        insert into feed_result (feed_id, first_line, last_line, outcomes, message_ids, skus, versions, errors) values (?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string Consumed = "delete from feed_chunk where feed_id = ? and last_line <= ?";

    private static readonly JsonSerializerOptions ErrorJson = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The statements of a slice.</summary>
    /// <param name="job">The feed as it stands before the slice.</param>
    /// <param name="slice">The slice, decided.</param>
    /// <param name="appends">The slice's events.</param>
    /// <param name="began">When the work on it began, UTC.</param>
    /// <param name="at">When it was decided, UTC.</param>
    public static IReadOnlyList<SqlStatement> Of(FeedJob job, FeedSlice slice, IReadOnlyList<StreamAppend> appends, DateTimeOffset began, DateTimeOffset at)
    {
        var (lines, through) = (slice.Lines, slice.After.Applied);
        var (lastStream, lastVersion) = appends is [.., var last] ? (last.Key, last.VersionAfter) : ("", 0L);
        return
        [
            new(Advance, job.FeedId, job.Applied, through, Count(LineOutcome.Accepted), Count(LineOutcome.Unchanged), Count(LineOutcome.Rejected),
                lastStream, lastVersion, began, at),
            new(Results, job.FeedId, job.Applied + 1, through, string.Concat(lines.Select(line => OutcomeLetters.Of(line.Outcome))),
                Column(line => line.MessageId!), Column(line => line.Sku!), Column(line => line.Version),
                Column(line => line.Errors.Count == 0 ? null! : JsonSerializer.Serialize(line.Errors, ErrorJson))),
            new(Consumed, job.FeedId, through),
        ];

        int Count(LineOutcome outcome) => lines.Count(line => line.Outcome == outcome);
        T[] Column<T>(Func<AppliedLine, T> value) => [.. lines.Select(value)];
    }
}
