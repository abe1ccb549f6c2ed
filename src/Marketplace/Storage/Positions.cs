using Npgsql;

namespace Marketplace.Storage;

/// <summary>
/// Knows through which position the log is complete: the largest P such that every event numbered ≤ P is committed and visible, or will
/// never come. Concurrent writers commit out of order, so the highest visible number is not that (<see cref="SeenNumbers"/>).
/// <para>
/// It looks only when somebody asks, and once for all who ask meanwhile: many sessions that each run a tiny statement cost the database far
/// more than one. A look counts only for those who asked before it was sent, so it sees whatever had been acknowledged before they asked.
/// </para>
/// </summary>
public sealed class Positions
{
    /// <summary>The longest a read waits for a position it asked for: 5 seconds.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>How many gaps in the log are told apart; past that whatever follows the log in memory forgets everything at each look.</summary>
    public const int MostGaps = 1_000;

    // What is usually new since the last look, and how far one statement goes after a long absence; several follow one another then.
    private const int Few = 100;
    private const int Many = 5_000;

    // While somebody waits, a look costs one small index scan; this often is neither late nor a burden.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(4);

    /// <summary>
    /// What has become visible above the highest number seen. Few rows at the most, so that the server keeps one plan for all numbers: planning
    /// takes it longer than running.
    /// </summary>
    public static readonly string FewNewOnes = $"""
        select pg_snapshot_xmin(pg_current_snapshot())::text::bigint, seen.seq_id, seen.product_id
          from (values (1)) as one
          left join (
              select e.seq_id, {OffersProduct} as product_id from mt_events as e where e.seq_id > $1 order by e.seq_id limit {Few}) as seen on true
        """;

    /// <summary>What has become visible above the highest number seen, and in the gaps below it. One statement, so one snapshot.</summary>
    public static readonly string NewOnes = $"""
        select pg_snapshot_xmin(pg_current_snapshot())::text::bigint, seen.seq_id, seen.product_id
          from (values (1)) as one
          left join (
              (select filled.seq_id, filled.product_id
                 from unnest($3::bigint[], $4::bigint[]) as gap (first, last)
                cross join lateral (select e.seq_id, {OffersProduct} as product_id
                    from mt_events as e where e.seq_id between gap.first and gap.last order by e.seq_id limit {Many}) as filled)
              union all
              (select e.seq_id, {OffersProduct} from mt_events as e where e.seq_id > $1 order by e.seq_id limit {Many})
              order by 1 limit {Many}) as seen on true
        """;

    // Every event of an offer names the product; that is part of the storage format. It is read only if somebody keeps something: most of what
    // a look at many events costs is this.
    private const string OffersProduct = "case when $2 and starts_with(e.stream_id, 'offer/') then e.data ->> 'productId' end";

    // Who has drawn holds this lock to the end of its transaction, though it may have no transaction id until it stores something.
    private const string Drawers = """
        select pg_current_xact_id()::text::bigint,
               array(select virtualtransaction from pg_locks
                      where locktype = 'relation' and relation = 'mt_events_sequence'::regclass and pid <> pg_backend_pid())
        """;

    private const string StillDrawing =
        "select exists (select from pg_locks where relation = 'mt_events_sequence'::regclass and virtualtransaction = any ($1))";

    // The daemon's own mark: where to begin after a start. Other rows of its table may run ahead of what is complete.
    private const string Mark = "select coalesce(max(last_seq_id), 0) from mt_event_progression where name = 'HighWaterMark'";

    private readonly NpgsqlDataSource _db;
    private readonly TimeProvider _clock;
    private readonly IFollowsLog[] _followers;
    private readonly NextOne<Look> _looks;

    // Belongs to the look under way: there is never more than one.
    private SeenNumbers? _seen;

    /// <summary>Looks at this database's log and tells these of what is new in it.</summary>
    public Positions(NpgsqlDataSource db, TimeProvider clock, IEnumerable<IFollowsLog> followers)
    {
        (_db, _clock, _followers) = (db, clock, [.. followers]);
        _looks = new NextOne<Look>(LookAsync);
    }

    /// <summary>The first look that begins after this call, shared with whoever else asks for it.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public Task<Look> LookAsync(CancellationToken ct) => _looks.OutcomeAsync().WaitAsync(ct);

    /// <summary>
    /// The position through which everything read after this call is complete.
    /// </summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<long> CompleteAsync(CancellationToken ct) => (await LookAsync(ct)).Complete;

    /// <summary>
    /// Waits until the log is complete through a position, at most <see cref="LongestWait"/>.
    /// </summary>
    /// <returns>Whether it is, and the last look.</returns>
    public async Task<(bool Reached, Look Look)> WaitAsync(long position, CancellationToken ct)
    {
        var until = System.Diagnostics.Stopwatch.GetTimestamp() + (long)(LongestWait.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);
        while (true)
        {
            var look = await LookAsync(ct);
            if (look.Complete >= position) return (true, look);
            if (System.Diagnostics.Stopwatch.GetTimestamp() >= until) return (false, look);
            await Task.Delay(BetweenLooks, ct);
        }
    }

    /// <summary>Whether an event at this position or a later one is committed: the position is taken, if perhaps not yet complete.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<bool> IsTakenAsync(long position, CancellationToken ct)
    {
        await using var command = _db.CreateCommand("select exists (select from mt_events where seq_id >= $1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<Look> LookAsync()
    {
        var now = _clock.GetUtcNow();
        var at = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        var seen = _seen ??= new SeenNumbers(await ScalarAsync(Mark), MostGaps);
        for (var isFirst = true; ; isFirst = false)
        {
            var few = isFirst && seen.Gaps.Count == 0;
            var withProducts = Array.Exists(_followers, follower => !follower.IsEmpty);
            var (oldestRunning, events) = await NewOnesAsync(seen, few, withProducts);
            var isTold = Note(seen, events, withProducts);
            var isFull = events.Count == (few ? Few : Many);
            switch (seen.Decide(oldestRunning, isFull ? events[^1].Number : long.MaxValue))
            {
                case SeenNumbers.Step.Gather:
                    seen.Keep(await GatherAsync());
                    break;
                case SeenNumbers.Step.AskDrawers when !await AnyStillDrawsAsync(seen.Gathered!.Drawers):
                    // They may have committed just now, behind the snapshot of this look: only the next one can tell.
                    seen.DrawersAreOver();
                    continue;
            }
            if (!isFull || !isTold) return new Look(seen.Complete, at);
        }
    }

    // False when there were more gaps than can be told apart.
    private bool Note(SeenNumbers seen, List<(long Number, string? ProductId)> events, bool withProducts)
    {
        var isTold = true;
        foreach (var (number, productId) in events)
        {
            isTold &= seen.See(number);
            if (productId is not null) Array.ForEach(_followers, follower => follower.OfferOf(productId));
        }
        if (!isTold || (!withProducts && events.Count > 0)) Array.ForEach(_followers, follower => follower.Anything());
        return isTold;
    }

    // Read whole before anything is made of it: a look that fails half way has seen nothing.
    private async Task<(long OldestRunning, List<(long Number, string? ProductId)> Events)> NewOnesAsync(
        SeenNumbers seen, bool few, bool withProducts)
    {
        await using var command = _db.CreateCommand(few ? FewNewOnes : NewOnes);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = seen.Highest });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = withProducts });
        if (!few)
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. seen.Gaps.Select(gap => gap.From)] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. seen.Gaps.Select(gap => gap.To)] });
        }
        await using var reader = await command.ExecuteReaderAsync();
        var (oldestRunning, events) = (0L, new List<(long, string?)>());
        while (await reader.ReadAsync())
        {
            oldestRunning = reader.GetInt64(0);
            if (!reader.IsDBNull(1)) events.Add((reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }
        return (oldestRunning, events);
    }

    private async Task<SeenNumbers.Evidence> GatherAsync()
    {
        await using var command = _db.CreateCommand(Drawers);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new SeenNumbers.Evidence(reader.GetInt64(0), reader.GetFieldValue<string[]>(1));
    }

    private async Task<bool> AnyStillDrawsAsync(string[] drawers)
    {
        await using var command = _db.CreateCommand(StillDrawing);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = drawers });
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var command = _db.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
