using Marketplace.Feeds;

namespace Marketplace.Tests.Feeds;

public class FeedQueueTests
{
    private readonly FeedQueue _queue = new();

    private string? Take() => _queue.TryTake(out var seller, out _) ? seller : null;

    [Fact]
    public void Sellers_take_turns_and_a_newcomer_goes_first()
    {
        foreach (var seller in new[] { "a", "b", "c" }) _queue.Add(seller);
        var turns = "";
        for (var i = 0; i < 9; i++)
        {
            if (i == 4) _queue.Add("new");
            var seller = Take()!;
            turns += $"{seller} ";
            _queue.Return(seller, hasMore: true);
        }
        Assert.Equal("a b c a new b c a new ", turns);
    }

    [Fact]
    public void Who_comes_with_one_small_feed_after_another_does_not_go_before_those_who_wait()
    {
        _queue.Add("a");
        _queue.Add("b");
        var turns = "";
        for (var i = 0; i < 6; i++)
        {
            _queue.Add("small");
            var seller = Take()!;
            turns += $"{seller} ";
            _queue.Return(seller, hasMore: seller != "small");
        }
        Assert.Equal("a b small a b small ", turns);
    }

    [Fact]
    public void A_seller_is_given_to_one_worker_at_a_time()
    {
        _queue.Add("a");
        Assert.Equal("a", Take());
        _queue.Add("a");
        Assert.Null(Take());
        _queue.Return("a", hasMore: false);
        Assert.Equal("a", Take());
        _queue.Return("a", hasMore: false);
        Assert.Null(Take());
        Assert.Equal(0, _queue.Sellers);
    }

    [Fact]
    public async Task Whoever_finds_nothing_is_woken_by_the_next_feed()
    {
        Assert.False(_queue.TryTake(out _, out var change));
        Assert.False(change.IsCompleted);
        _queue.Add("a");
        await change.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("a", Take());
    }

    [Fact]
    public void Of_very_many_sellers_those_served_last_are_remembered()
    {
        for (var i = 0; i < FeedQueue.MostRemembered + 10; i++)
        {
            _queue.Add($"s{i}");
            _queue.Return(Take()!, hasMore: false);
        }
        var last = $"s{FeedQueue.MostRemembered + 9}";
        _queue.Add(last);
        _queue.Add("new");
        Assert.Equal("new", Take());
        Assert.Equal(last, Take());
    }

    [Fact]
    public void Whoever_is_served_already_does_not_wait()
    {
        Assert.False(_queue.HasWaiting);
        _queue.Add("a");
        Assert.True(_queue.HasWaiting);
        Take();
        _queue.Add("a");
        Assert.False(_queue.HasWaiting);
        _queue.Add("b");
        Assert.True(_queue.HasWaiting);
    }
}
