using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Reviews;

public sealed class ReviewRaceTests(MarketplaceFixture fixture) : IClassFixture<MarketplaceFixture>
{
    private Api Api => fixture.Api;

    private Task<Answered> SubmitAsync(string productId, string reviewerId, int rating) =>
        Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId, rating, title = "t", body = "b" });

    private static async Task<Answered[]> AllAtOnceAsync(int count, Func<int, Task<Answered>> send) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => send(i))));

    [Fact]
    public async Task Many_voters_at_once_each_count_once()
    {
        const int voters = 60;
        var productId = await Api.NewProductAsync();
        (await SubmitAsync(productId, "ann", 5)).ShouldBe(201);
        // Everybody votes twice, at once: one of the two is a repetition or a change of mind, never a second vote.
        var answers = await AllAtOnceAsync(2 * voters, i => Api.PutAsync($"/v1/reviews/{productId}~ann/votes/voter-{i / 2}", new { helpful = i % 4 != 0 }));
        Assert.All(answers, answer => answer.ShouldBe(200));
        var review = (await Api.GetAsync($"/v1/reviews/{productId}~ann")).ShouldBe(200).Json;
        Assert.Equal(voters, (int)review["helpful"]! + (int)review["unhelpful"]!);
        Assert.True((int)review["helpful"]! >= voters / 2);
    }

    [Fact]
    public async Task One_reviewer_submitting_many_times_at_once_has_one_review()
    {
        var productId = await Api.NewProductAsync();
        var answers = await AllAtOnceAsync(30, i => SubmitAsync(productId, "ann", 1 + i % 5));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 200, 201 }));
        Assert.Equal(1, (int)(await Api.GetAsync($"/v1/products/{productId}/reviews/summary")).ShouldBe(200).Json["count"]!);
    }

    [Fact]
    public async Task Reviews_of_one_product_come_in_side_by_side_while_their_rows_are_rebuilt()
    {
        const int reviewers = 120;
        var productId = await Api.NewProductAsync();
        var writing = AllAtOnceAsync(reviewers, async i =>
        {
            (await SubmitAsync(productId, $"reviewer-{i}", 1 + i % 5)).ShouldBe(201);
            return (await Api.PutAsync($"/v1/reviews/{productId}~reviewer-{i}/votes/bob", new { helpful = i % 2 == 0 })).ShouldBe(200);
        });
        do
        {
            await fixture.RebuildAsync("CurrentReviews");
            await fixture.RebuildAsync("ReviewHistory");
        }
        while (!writing.IsCompleted);
        await writing;
        var summary = (await Api.GetAsync($"/v1/products/{productId}/reviews/summary")).ShouldBe(200).Json;
        Assert.Equal((reviewers, 3.00m), ((int)summary["count"]!, (decimal)summary["average"]!));
        await fixture.CatchUpAsync();
        string[] tables = ["review", "review_history", "(select product_id, rating, sum(visible) from review_count group by 1, 2 having sum(visible) <> 0)"];
        var live = new List<string>();
        foreach (var table in tables) live.AddRange(await fixture.RowsAsync(table));
        await fixture.RebuildAsync("CurrentReviews");
        await fixture.RebuildAsync("ReviewHistory");
        await fixture.CatchUpAsync();
        var rebuilt = new List<string>();
        foreach (var table in tables) rebuilt.AddRange(await fixture.RowsAsync(table));
        Assert.Equal(live, rebuilt);
    }
}
