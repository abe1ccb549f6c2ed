using Marketplace.Domain;
using Marketplace.Reviews;

namespace Marketplace.Tests.Reviews;

public sealed class ReviewSummaryTests
{
    [Theory]
    [InlineData("0 0 0 0 0 0", 0, 0, null)]
    [InlineData("3 0 0 0 0 0", 3, 0, null)]
    [InlineData("0 0 0 0 1 1", 2, 2, "4.50")]
    [InlineData("1 0 0 0 0 2", 3, 2, "5.00")]
    [InlineData("0 1 1 1 0 0", 3, 3, "2.00")]
    [InlineData("0 7 1 0 0 0", 8, 8, "1.13")]
    public void The_average_leaves_unrated_reviews_out_and_has_two_decimals(string counts, long count, long rated, string? average)
    {
        var summary = ReviewSummary.Of([.. counts.Split(' ').Select(long.Parse)]);
        Assert.Equal((count, rated, average), (summary.Count, summary.RatedCount, summary.Average?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(["1", "2", "3", "4", "5"], summary.Histogram.Keys);
    }

    [Theory]
    [InlineData("book~ann", true)]
    [InlineData("a.b-c_d~9", true)]
    [InlineData("book", false)]
    [InlineData("~ann", false)]
    [InlineData("book~", false)]
    [InlineData("book~ann~bob", false)]
    [InlineData("book~..", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_review_id_reads_in_one_way_only(string? text, bool valid)
    {
        Assert.Equal(valid, ReviewId.Read(text) is not null);
        if (valid) Assert.Equal(text, ReviewId.Read(text)!.Value.ToString());
    }
}
