using Marketplace.Storage;

namespace Marketplace.Tests.Storage;

public class SeenNumbersTests
{
    private const long Everything = long.MaxValue;

    private static SeenNumbers Seen(long complete, params long[] numbers)
    {
        var seen = new SeenNumbers(complete, 100);
        foreach (var number in numbers) Assert.True(seen.See(number));
        return seen;
    }

    [Fact]
    public void It_is_complete_up_to_the_first_gap_and_a_late_number_fills_its_own()
    {
        var seen = Seen(10, 11, 12, 15, 20);
        Assert.Equal((12, 20), (seen.Complete, seen.Highest));
        Assert.Equal([new(13, 14), new(16, 19)], seen.Gaps);

        seen.See(17);
        Assert.Equal([new(13, 14), new(16, 16), new(18, 19)], seen.Gaps);
        seen.See(13);
        Assert.Equal(13, seen.Complete);
        seen.See(14);
        Assert.Equal(15, seen.Complete);
        foreach (var number in new long[] { 16, 18, 19 }) seen.See(number);
        Assert.Equal((20, 0), (seen.Complete, seen.Gaps.Count));
    }

    [Fact]
    public void A_gap_is_passed_only_when_all_who_could_fill_it_are_over_and_what_they_left_has_been_looked_for()
    {
        var seen = Seen(0, 1, 3);
        Assert.Equal(SeenNumbers.Step.None, seen.Decide(oldestRunning: 50, Everything));
        Assert.Equal(SeenNumbers.Step.Gather, seen.Decide(50, Everything));
        seen.Keep(new SeenNumbers.Evidence(100, ["3/7"]));

        Assert.Equal(SeenNumbers.Step.None, seen.Decide(99, Everything));
        Assert.Equal(SeenNumbers.Step.AskDrawers, seen.Decide(100, Everything));
        seen.DrawersAreOver();
        Assert.Equal(1, seen.Complete);
        // What was seen only in part decides nothing.
        Assert.Equal(SeenNumbers.Step.None, seen.Decide(100, 2));
        Assert.Equal(1, seen.Complete);

        Assert.Equal(SeenNumbers.Step.None, seen.Decide(100, Everything));
        Assert.Equal(3, seen.Complete);
    }

    [Fact]
    public void Evidence_counts_for_the_gaps_there_were_and_not_for_later_ones()
    {
        var seen = Seen(0, 2);
        seen.Decide(1, Everything);
        Assert.Equal(SeenNumbers.Step.Gather, seen.Decide(1, Everything));
        seen.Keep(new SeenNumbers.Evidence(5, []));
        seen.See(4);
        Assert.Equal(SeenNumbers.Step.None, seen.Decide(9, Everything));
        Assert.Equal(2, seen.Complete);
        Assert.Equal(SeenNumbers.Step.Gather, seen.Decide(9, Everything));
    }

    [Fact]
    public void Evidence_about_a_gap_that_was_filled_is_forgotten()
    {
        var seen = Seen(0, 2);
        seen.Decide(1, Everything);
        seen.Decide(1, Everything);
        seen.Keep(new SeenNumbers.Evidence(5, []));
        seen.See(1);
        seen.See(4);
        seen.Decide(9, Everything);
        Assert.Null(seen.Gathered);
        Assert.Equal(2, seen.Complete);
    }

    [Fact]
    public void Only_so_many_gaps_are_told_apart_and_what_would_make_one_more_stays_unseen()
    {
        var seen = new SeenNumbers(0, 2);
        Assert.True(seen.See(5));
        Assert.True(seen.See(10));
        Assert.False(seen.See(12));
        Assert.False(seen.See(2));
        Assert.True(seen.See(1));
        Assert.Equal((1, 10), (seen.Complete, seen.Highest));
        foreach (var number in new long[] { 2, 3, 4 }) Assert.True(seen.See(number));
        Assert.True(seen.See(12));
        Assert.Equal(5, seen.Complete);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20260301)]
    public void In_whatever_order_numbers_come_it_says_what_a_list_of_them_says(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var (seen, list) = (new SeenNumbers(0, 1000), new SortedSet<long>());
            foreach (var number in Enumerable.Range(1, random.Next(1, 60)).Select(n => (long)n).OrderBy(_ => random.Next()).Take(50))
            {
                Assert.True(seen.See(number));
                list.Add(number);
                var complete = 0L;
                while (list.Contains(complete + 1)) complete++;
                Assert.Equal((complete, list.Max), (seen.Complete, seen.Highest));
                Assert.Equal(Enumerable.Range(1, (int)list.Max).Select(n => (long)n).Except(list),
                    seen.Gaps.SelectMany(gap => Enumerable.Range((int)gap.From, (int)(gap.To - gap.From + 1)).Select(n => (long)n)));
            }
        }
    }
}
