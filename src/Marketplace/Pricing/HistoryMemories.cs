using System.Collections.Concurrent;
using Marten;

namespace Marketplace.Pricing;

/// <summary>
/// Memories of the price history by the mark that the tables hold beside them. A batch takes the memory whose mark it finds, or an empty one
/// when another process, a failed commit or a rebuild has come between, and leaves it under a new mark that it writes with its rows: who
/// finds that mark knows that exactly these rows were committed. Safe for several threads: a rebuild runs beside the live projection.
/// </summary>
public sealed class HistoryMemories
{
    /// <summary>The most memories kept: the live tables' and a rebuild's, each with one whose commit did not come about.</summary>
    public const int Most = 4;

    private const string MarkSql = "select json_build_array(mark, offers, groups)::text from price_history_memory";

    private readonly ConcurrentDictionary<Guid, (HistoryMemory Memory, long Since)> _kept = [];
    private long _turn;

    /// <summary>The memory that fits the tables as the session sees them. Nobody else gets it.</summary>
    public async Task<HistoryMemory> TakeAsync(IQuerySession session, CancellationToken ct)
    {
        var mark = await session.QueryAsync<string>(MarkSql, ct);
        if (mark.Count == 0) return new HistoryMemory(offers: 0, groups: 0);
        var row = JsonRow.Of(mark[0]);
        return _kept.TryRemove(Guid.Parse(row.Text()), out var kept) ? kept.Memory : new HistoryMemory(row.Whole(), row.Whole());
    }

    /// <summary>Keeps a memory for whoever finds its mark in the tables, and queues the mark.</summary>
    public void Keep(IDocumentOperations operations, HistoryMemory memory)
    {
        var mark = Guid.NewGuid();
        operations.QueueSqlCommand("""
            insert into price_history_memory (mark, offers, groups) values (?, ?, ?)
                on conflict (only_row) do update set mark = excluded.mark, offers = excluded.offers, groups = excluded.groups
            """, mark, memory.Offers, memory.Groups);
        _kept[mark] = (memory, Interlocked.Increment(ref _turn));
        while (_kept.Count > Most) _kept.TryRemove(_kept.MinBy(kept => kept.Value.Since).Key, out _);
    }
}
