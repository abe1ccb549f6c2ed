using System.Text.Json;
using Marketplace.Reviews;

namespace Marketplace.Tests.Reviews;

public sealed class ReviewSpanTests
{
    private static ReviewSpan? After(params object[] events)
    {
        ReviewSpan? span = null;
        for (var i = 0; i < events.Length; i++) span = ReviewSpan.After(span, (IReviewEvent)events[i], Recorded.As(events[i], i + 1));
        return span;
    }

    [Fact]
    public void A_span_holds_what_the_review_was_and_where_its_words_are()
    {
        var span = After(new ReviewSubmitted("book", "ann", 4, "t", "b"), new ReviewRevised("book", "ann", null, "t", "b"),
            new ReviewVoted("book", "ann", "bob", null, true), new ReviewVoted("book", "ann", "bob", true, false), new ReviewHidden("book", "ann"));
        Assert.Equal(new ReviewSpan("book", "ann", 105, Recorded.Start.AddMinutes(5), null, true, false, 0, 1, Recorded.Start.AddMinutes(2), 102, 5), span);
    }

    [Fact]
    public void An_event_that_does_not_follow_stops_the_history()
    {
        var voted = new ReviewVoted("book", "ann", "bob", null, true);
        Assert.Throws<InvalidOperationException>(() => ReviewSpan.After(null, voted, Recorded.As(voted, 2)));
        Assert.Throws<InvalidOperationException>(() => ReviewSpan.After(After(new ReviewSubmitted("book", "ann", 4, "t", "b")), voted, Recorded.As(voted, 3)));
    }

    [Theory]
    [InlineData("2024-05-01T00:01:00+00:00")]
    [InlineData("2024-05-01T00:01:00.000001+00:00")]
    public void A_row_of_the_table_reads_back(string at)
    {
        var row = JsonSerializer.Serialize(new
        {
            product_id = "book", reviewer_id = "ann", position = 101, position_to = long.MaxValue, effective_at = at, effective_to = "infinity", rating = (int?)null,
            hidden = false, withdrawn = true, visible = false, helpful = 3, unhelpful = 1, written_at = at, content_position = 101, version = 5,
        });
        var expected = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(new ReviewSpan("book", "ann", 101, expected, null, false, true, 3, 1, expected, 101, 5), ReviewSpan.Read(row));
    }
}
