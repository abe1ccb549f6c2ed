using System.Text.Json;
using JasperFx;
using Marten;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>What must hold of every log and every projection, whatever was done to the store.</summary>
internal static class Checks
{
    /// <summary>
    /// The packages fill numbers that losers of a race drew with rows of a stream of their own; they are no events of ours.
    /// </summary>
    private const string OurEvents = "select * from marketplace.mt_events where type in ('account_opened', 'amount_added')";

    private const string Fold =
        """
        select stream_id as stream, count(*) as count, sum((data->>'amount')::bigint)::bigint as total, max(version) as version
        from marketplace.mt_events where type = 'amount_added' group by stream_id
        """;

    /// <summary>
    /// Versions of every stream run from 1 without a hole, in the order of the log, and its row says the last of them.
    /// </summary>
    public static async Task StreamsAreContiguousAsync(SuiteDatabase db)
    {
        var broken = await db.ListAsync(
            $"""
            select coalesce(s.id, e.stream_id), s.version, e.events, e.first, e.last
            from (select id, version from marketplace.mt_streams where id like 'account/%') as s
            full join (
                select stream_id, count(*) as events, min(version) as first, max(version) as last from ({OurEvents}) as ours
                group by stream_id) as e on e.stream_id = s.id
            where s.version is distinct from e.events or e.first <> 1 or e.last <> e.events
            """,
            r => $"{r[0]}: row says {r[1]}, {r[2]} events from version {r[3]} to {r[4]}");
        Assert.Empty(broken);
        var crossed = await db.ListAsync(
            $"""
            select stream_id, version, seq_id, before from (
                select stream_id, version, seq_id, lag(seq_id) over (partition by stream_id order by version) as before
                from ({OurEvents}) as ours) as pairs
            where before >= seq_id
            """,
            r => $"{r[0]}: version {r[1]} is at {r[2]}, the one before at {r[3]}");
        Assert.Empty(crossed);
    }

    /// <summary>
    /// Acknowledged commands are stored once, refused ones not at all, and those of unknown outcome whole or not at all:
    /// their events, versions and the row of their queued SQL.
    /// </summary>
    public static async Task CommandsAsync(
        SuiteDatabase db, IEnumerable<string> acknowledged, IEnumerable<string> refused, IEnumerable<string>? unknown = null)
    {
        var broken = await db.ListAsync(
            $"""
            select e.command, e.streams, e.events, e.parts, e.span, r.receipts
            from (
                select data->>'command' as command, count(distinct stream_id) as streams, count(*) as events,
                    count(distinct (stream_id, data->>'part')) as distinct_parts, max((data->>'parts')::int) as parts,
                    max(version) - min(version) + 1 as span
                from ({OurEvents}) as ours where type = 'amount_added' group by data->>'command') as e
            full join (
                select command, count(*) as receipts, count(distinct stream) as streams from suite.receipt group by command) as r
                on r.command = e.command
            where e.events is distinct from e.parts * e.streams or e.distinct_parts <> e.events
                or r.receipts is distinct from e.streams or r.streams is distinct from e.streams
                or (e.streams = 1 and e.span <> e.parts)
            """,
            r => $"command {r[0]}: {r[2]} events of {r[3]} parts over {r[4]} versions on {r[1]} streams, {r[5]} receipts");
        Assert.Empty(broken);

        var stored = (await db.ListAsync(
            $"select distinct data->>'command' from ({OurEvents}) as ours where type = 'amount_added'", r => r.GetString(0))).ToHashSet();
        var known = acknowledged.ToHashSet();
        Assert.Empty(known.Except(stored));
        Assert.Empty(refused.Intersect(stored));
        Assert.Empty(stored.Except(known).Except(unknown ?? []));
    }

    /// <summary>
    /// Whatever the store remembers, what it accepts was decided on the true state: of each account a decision is made
    /// and recorded, and the aggregate that it saw is compared with the events before it.
    /// </summary>
    public static async Task DecisionsSeeTheTruthAsync(SuiteDatabase db, IDocumentStore store)
    {
        foreach (var key in await db.ListAsync("select id from marketplace.mt_streams where id like 'account/%'", r => r.GetString(0)))
        {
            var (seen, version) = await DecideAsync(store, key);
            var truth = await db.ListAsync(
                "select data::text, type from marketplace.mt_events where stream_id = $1 and version <= $2 and type = 'amount_added'",
                r => JsonDocument.Parse(r.GetString(0)).RootElement.GetProperty("amount").GetInt32(),
                key,
                version);
            Assert.Equal((truth.Count, truth.Sum()), (seen?.Count ?? 0, (int)(seen?.Total ?? 0)));
        }
    }

    /// <summary>A table of sums per stream equals a fold of the whole log.</summary>
    public static async Task SumsEqualTheFoldAsync(SuiteDatabase db, string table) => Assert.Empty(await SumsDifferAsync(db, table));

    public static Task<List<string>> SumsDifferAsync(SuiteDatabase db, string table) => db.ListAsync(
        $"""
        select coalesce(f.stream, t.stream), t.count, t.total, t.version, f.count, f.total, f.version
        from ({Fold}) as f full join {table} as t on t.stream = f.stream
        where (f.count, f.total, f.version) is distinct from (t.count, t.total, t.version)
        """,
        r => $"{r[0]}: {table} has ({r[1]}, {r[2]}, {r[3]}), the log ({r[4]}, {r[5]}, {r[6]})");

    /// <summary>A table of positions lists every event once, in the order of the log.</summary>
    public static async Task PositionsAreTheLogAsync(SuiteDatabase db, string table)
    {
        var log = await db.ListAsync($"select seq_id from ({OurEvents}) as ours order by seq_id", r => r.GetInt64(0));
        var applied = await AppliedAsync(db, table);
        var doubled = applied.GroupBy(p => p).Where(g => g.Count() > 1).Select(g => g.Key);
        Assert.Empty(doubled);
        Assert.Empty(log.Except(applied));
        Assert.Equal(log, applied);
    }

    public static Task<List<long>> AppliedAsync(SuiteDatabase db, string table) => db.ListAsync(
        $"select position from {table} where position in (select seq_id from ({OurEvents}) as ours) order by ordinal",
        r => r.GetInt64(0));

    /// <summary>
    /// Waits until the daemon has applied everything that is committed now, then compares every projection with the log.
    /// Asks the tables, not the daemon's own account of its progress.
    /// </summary>
    public static async Task ProjectionsCatchUpAsync(SuiteDatabase db)
    {
        var last = await db.ScalarAsync<long>($"select coalesce(max(seq_id), 0) from ({OurEvents}) as ours");
        foreach (var name in new[] { "Tally:All", "Journal:All", "collector:All" })
            await ReachedAsync(db, name, last);
        await SumsEqualTheFoldAsync(db, "suite.balance");
        await SumsEqualTheFoldAsync(db, "suite.tally");
        await PositionsAreTheLogAsync(db, "suite.journal");
        await PositionsAreTheLogAsync(db, "suite.collected");
    }

    private static async Task<(Account? Seen, long Version)> DecideAsync(IDocumentStore store, string key)
    {
        for (var attempt = 0; ; attempt++)
        {
            await using var session = store.LightweightSession();
            var stream = await session.Events.FetchForWriting<Account>(key);
            var version = stream.StartingVersion ?? 0;
            var probe = $"probe {Guid.NewGuid()}";
            stream.AppendOne(new AmountAdded(probe, 1, 1, 0));
            Commands.Receipt(session, probe, key, version + 1);
            try
            {
                await session.SaveChangesAsync();
                return (stream.Aggregate, version);
            }
            catch (ConcurrencyException) when (attempt < 5)
            {
                // What was remembered was out of date; the next attempt must know better.
            }
        }
    }

    public static Task ReachedAsync(SuiteDatabase db, string progressName, long position) => Eventually.NothingMissing(async () =>
    {
        var progress = await ProgressAsync(db, progressName);
        return progress >= position ? null : $"{progressName} is at {progress} of {position}";
    });

    public static async Task<long> ProgressAsync(SuiteDatabase db, string progressName) => await db.ScalarAsync<long>(
        "select coalesce((select last_seq_id from marketplace.mt_event_progression where name = $1), 0)", progressName);
}
