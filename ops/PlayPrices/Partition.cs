namespace PlayPrices;

public static class Partition
{
    /// <summary>
    /// Deals the changes out to queues so that all changes of one seller are in one queue, in their order,
    /// and the queues are about equally long: the sellers with most changes go first, each to the shortest queue.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<PriceChange>> BySeller(IReadOnlyList<PriceChange> changes, int queues)
    {
        var shortest = new PriorityQueue<int, (int Length, int Queue)>();
        for (var queue = 0; queue < queues; queue++)
            shortest.Enqueue(queue, (0, queue));

        var queueOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var seller in changes.CountBy(c => c.SellerId).OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal))
        {
            shortest.TryDequeue(out var queue, out var priority);
            queueOf[seller.Key] = queue;
            shortest.Enqueue(queue, (priority.Length + seller.Value, queue));
        }

        var dealt = Enumerable.Range(0, queues).Select(_ => new List<PriceChange>()).ToArray();
        foreach (var change in changes)
            dealt[queueOf[change.SellerId]].Add(change);
        return dealt.Where(queue => queue.Count > 0).ToArray();
    }
}
