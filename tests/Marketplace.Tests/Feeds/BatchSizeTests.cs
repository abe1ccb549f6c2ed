using Marketplace.Feeds;

namespace Marketplace.Tests.Feeds;

public class BatchSizeTests
{
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(40);
    private readonly BatchSize _size = new(Target);

    [Fact]
    public void It_grows_until_a_batch_takes_the_time_that_it_should()
    {
        for (var batch = 0; batch < 20; batch++) _size.Applied(_size.Lines, _size.Lines * TimeSpan.FromMicroseconds(50));
        Assert.Equal(800, _size.Lines);
    }

    [Fact]
    public void It_has_a_largest_value()
    {
        for (var batch = 0; batch < 20; batch++) _size.Applied(_size.Lines, TimeSpan.Zero);
        Assert.Equal(BatchSize.Most, _size.Lines);
    }

    [Fact]
    public void It_at_most_doubles_and_at_most_halves()
    {
        _size.Applied(BatchSize.First, TimeSpan.FromMilliseconds(1));
        Assert.Equal(2 * BatchSize.First, _size.Lines);
        for (var batch = 0; batch < 2; batch++) _size.Applied(_size.Lines, TimeSpan.FromMilliseconds(1));
        Assert.Equal(8 * BatchSize.First, _size.Lines);
        _size.Applied(8 * BatchSize.First, TimeSpan.FromSeconds(10));
        Assert.Equal(4 * BatchSize.First, _size.Lines);
    }

    [Fact]
    public void A_database_far_away_does_not_make_batches_of_single_lines()
    {
        // Each batch costs 100 ms before its first line: no size is fast enough, and the smallest would be the slowest feed.
        for (var batch = 0; batch < 50; batch++) _size.Applied(_size.Lines, TimeSpan.FromMilliseconds(100) + _size.Lines * TimeSpan.FromMicroseconds(50));
        Assert.Equal(BatchSize.Least, _size.Lines);
    }

    [Fact]
    public void What_is_in_the_way_makes_it_as_small_as_it_must_be_and_it_comes_back()
    {
        for (var conflict = 0; conflict < 20; conflict++) _size.Conflicted(_size.Lines);
        Assert.Equal(1, _size.Lines);
        for (var batch = 0; batch < 9; batch++) _size.Applied(_size.Lines, TimeSpan.FromMilliseconds(100));
        Assert.Equal(BatchSize.Least, _size.Lines);
    }

    [Fact]
    public void The_short_batch_at_a_feeds_end_says_nothing_against_the_size()
    {
        for (var batch = 0; batch < 3; batch++) _size.Applied(_size.Lines, TimeSpan.FromMilliseconds(1));
        var before = _size.Lines;
        _size.Applied(3, TimeSpan.FromMilliseconds(20));
        Assert.Equal(before, _size.Lines);
    }
}
