using Marketplace.Domain;
using Marketplace.Reviews;

namespace Marketplace.Tests.Reviews;

public sealed class ReviewDecisionsTests
{
    private static readonly SubmitReview Four = new("ann", 4, "Good", "A good book.");
    private static readonly ReviewSubmitted Submitted = new("book", "ann", 4, "Good", "A good book.");
    private static readonly ReviewHidden Hidden = new("book", "ann");
    private static readonly ReviewRestored Restored = new("book", "ann");
    private static readonly ReviewWithdrawn Withdrawn = new("book", "ann");

    private static ReviewVoted Vote(string voter, bool? old, bool helpful) => new("book", "ann", voter, old, helpful);

    private static void Records(Decision decision, params object[] events)
    {
        Assert.Null(decision.Refusal);
        Assert.Equal(events, decision.Events);
    }

    private static void Refuses(Decision decision, int status, string code)
    {
        Assert.Empty(decision.Events);
        Assert.Equal((status, code), (decision.Refusal!.Status, decision.Refusal.Code));
    }

    [Fact]
    public void A_first_review_is_submitted() => Records(SubmitReviewEndpoint.Decide(Four, "book", null), Submitted);

    [Fact]
    public void The_same_review_again_records_nothing() => Records(SubmitReviewEndpoint.Decide(Four, "book", Recorded.Fold(Submitted)));

    [Theory]
    [InlineData(5, "Good", "A good book.")]
    [InlineData(null, "Good", "A good book.")]
    [InlineData(4, "Better", "A good book.")]
    [InlineData(4, "Good", "A better book.")]
    public void Another_rating_or_other_words_revise_it(int? rating, string title, string body) =>
        Records(SubmitReviewEndpoint.Decide(new SubmitReview("ann", rating, title, body), "book", Recorded.Fold(Submitted)),
            new ReviewRevised("book", "ann", rating, title, body));

    [Fact]
    public void Submitting_brings_a_withdrawn_review_back_even_with_the_same_words() =>
        Records(SubmitReviewEndpoint.Decide(Four, "book", Recorded.Fold(Submitted, Withdrawn)), Submitted);

    [Fact]
    public void Submitting_leaves_a_hidden_review_hidden()
    {
        Records(SubmitReviewEndpoint.Decide(Four, "book", Recorded.Fold(Submitted, Hidden)));
        Assert.Equal(ReviewStatus.Hidden, Recorded.Fold(Submitted, Hidden, Withdrawn, Submitted)!.Status);
    }

    [Fact]
    public void Withdrawing_again_records_nothing()
    {
        Records(WithdrawReviewEndpoint.Decide(Recorded.Fold(Submitted)), Withdrawn);
        Records(WithdrawReviewEndpoint.Decide(Recorded.Fold(Submitted, Hidden)), Withdrawn);
        Records(WithdrawReviewEndpoint.Decide(Recorded.Fold(Submitted, Withdrawn)));
        Refuses(WithdrawReviewEndpoint.Decide(null), 404, "not-found");
    }

    [Fact]
    public void Hiding_and_restoring_again_records_nothing()
    {
        Records(HideReviewEndpoint.Decide(Recorded.Fold(Submitted)), Hidden);
        Records(HideReviewEndpoint.Decide(Recorded.Fold(Submitted, Hidden)));
        Records(RestoreReviewEndpoint.Decide(Recorded.Fold(Submitted, Hidden)), Restored);
        Records(RestoreReviewEndpoint.Decide(Recorded.Fold(Submitted)));
        Refuses(HideReviewEndpoint.Decide(null), 404, "not-found");
        Refuses(RestoreReviewEndpoint.Decide(null), 404, "not-found");
    }

    [Fact]
    public void Hiding_and_withdrawing_do_not_undo_each_other()
    {
        Assert.Equal(ReviewStatus.Withdrawn, Recorded.Fold(Submitted, Hidden, Withdrawn)!.Status);
        Assert.Equal(ReviewStatus.Withdrawn, Recorded.Fold(Submitted, Hidden, Withdrawn, Restored)!.Status);
        Assert.Equal(ReviewStatus.Visible, Recorded.Fold(Submitted, Hidden, Withdrawn, Restored, Submitted)!.Status);
    }

    [Fact]
    public void A_vote_is_recorded_with_the_one_it_replaces()
    {
        Records(VoteOnReviewEndpoint.Decide(new VoteOnReview(true), "bob", Recorded.Fold(Submitted)), Vote("bob", null, true));
        var voted = Recorded.Fold(Submitted, Vote("bob", null, true));
        Records(VoteOnReviewEndpoint.Decide(new VoteOnReview(true), "bob", voted));
        Records(VoteOnReviewEndpoint.Decide(new VoteOnReview(false), "bob", voted), Vote("bob", true, false));
        Records(VoteOnReviewEndpoint.Decide(new VoteOnReview(false), "cid", voted), Vote("cid", null, false));
    }

    [Fact]
    public void Only_visible_reviews_are_voted_on_and_never_by_their_reviewer()
    {
        var vote = new VoteOnReview(true);
        Refuses(VoteOnReviewEndpoint.Decide(vote, "bob", null), 404, "not-found");
        Refuses(VoteOnReviewEndpoint.Decide(vote, "ann", Recorded.Fold(Submitted)), 409, "own-review");
        Refuses(VoteOnReviewEndpoint.Decide(vote, "bob", Recorded.Fold(Submitted, Hidden)), 409, "review-hidden");
        Refuses(VoteOnReviewEndpoint.Decide(vote, "bob", Recorded.Fold(Submitted, Withdrawn)), 409, "review-withdrawn");
    }

    [Fact]
    public void Votes_survive_revising_hiding_and_withdrawing()
    {
        var review = Recorded.Fold(Submitted, Vote("bob", null, true), Vote("cid", null, true), Vote("bob", true, false), Hidden, Withdrawn, Submitted, Restored)!;
        Assert.Equal((1, 2), (review.Helpful, review.Votes.Count));
        Assert.Equal(Recorded.Start.AddMinutes(7), review.WrittenAt);
        Assert.Equal(Recorded.Start.AddMinutes(8), review.EffectiveAt);
    }

    [Fact]
    public void A_hundred_thousand_votes_fold_without_copying_them()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var review = Recorded.Fold([Submitted, .. Enumerable.Range(0, 100_000).Select(i => Vote($"voter-{i}", null, i % 3 != 0))])!;
        Assert.Equal((100_000, 66_666), (review.Votes.Count, review.Helpful));
        // A map copied per vote would come to hundreds of gigabytes; a path of a tree comes to about a kilobyte.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000_000);
    }

    [Fact]
    public void What_comes_before_the_review_was_submitted_stops_the_fold()
    {
        Assert.Throws<InvalidOperationException>(() => Recorded.Fold(Hidden));
        Assert.Throws<InvalidOperationException>(() => Recorded.Fold("something else"));
    }
}
