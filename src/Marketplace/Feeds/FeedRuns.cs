using Marketplace.Feeds.Lines;
using Marketplace.Offers;
using Marketplace.Storage;
using Marketplace.Telemetry;
using Marketplace.WritePath;
using Npgsql;

namespace Marketplace.Feeds;

/// <summary>What a run of a feed works with, and its beginning.</summary>
public sealed record FeedRuns(CommitLanes Lanes, StreamTurns Turns, StreamStates<Offer> Offers, NewEvents NewEvents, KnownStreams Streams,
    FeedLineReader Reader, TimeProvider Clock, ProgramMetrics Metrics, ILogger<FeedRun> Log)
{
    /// <summary>Begins to apply a feed.</summary>
    /// <param name="connection">The session that has claimed the seller, to read lines with.</param>
    /// <param name="job">The feed as it stands.</param>
    public FeedRun Begin(NpgsqlConnection connection, FeedJob job) => new(this, new LineBuffer(connection, Reader, job), job);
}
