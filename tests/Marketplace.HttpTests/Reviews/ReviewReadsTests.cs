using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Reviews;

public sealed class ReviewReadsTests(SharedMarketplace fixture) : IClassFixture<SharedMarketplace>
{
    private Api Api => fixture.Api;

    private async Task SubmitAsync(string productId, string reviewerId, int? rating) =>
        (await Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId, rating, title = $"By {reviewerId}", body = "Words." })).ShouldBe(201);

    private async Task VoteAsync(string productId, string reviewerId, int voters)
    {
        for (var i = 0; i < voters; i++) (await Api.PutAsync($"/v1/reviews/{productId}~{reviewerId}/votes/voter-{i}", new { helpful = true })).ShouldBe(200);
    }

    private async Task<List<string>> ReviewersAsync(string productId, string query)
    {
        var reviewers = new List<string>();
        string? next = null;
        do
        {
            var page = (await Api.GetAsync($"/v1/products/{productId}/reviews?{query}{(next is null ? "" : $"&after={next}")}")).ShouldBe(200).Json;
            reviewers.AddRange(page["items"]!.AsArray().Select(r => (string)r!["reviewerId"]!));
            next = (string?)page["next"];
        }
        while (next is not null);
        return reviewers;
    }

    [Fact]
    public async Task Reviews_are_listed_by_helpful_or_recent_page_by_page()
    {
        var productId = await Api.NewProductAsync();
        foreach (var reviewer in new[] { "ann", "bob", "cid", "dee", "eve" }) await SubmitAsync(productId, reviewer, 3);
        await VoteAsync(productId, "bob", 2);
        await VoteAsync(productId, "dee", 1);
        await VoteAsync(productId, "eve", 3);
        (await Api.PostAsync($"/v1/reviews/{productId}~eve/hide", new { reason = "spam" })).ShouldBe(200);
        foreach (var limit in new[] { 1, 2, 3, 500 })
        {
            Assert.Equal(["bob", "dee", "cid", "ann"], await ReviewersAsync(productId, $"limit={limit}"));
            Assert.Equal(["bob", "dee", "cid", "ann"], await ReviewersAsync(productId, $"sort=helpful&limit={limit}"));
            Assert.Equal(["dee", "cid", "bob", "ann"], await ReviewersAsync(productId, $"sort=recent&limit={limit}"));
        }
    }

    [Fact]
    public async Task The_summary_counts_what_is_visible_and_averages_what_is_rated()
    {
        var productId = await Api.NewProductAsync();
        var empty = (await Api.GetAsync($"/v1/products/{productId}/reviews/summary")).ShouldBe(200);
        Assert.Equal("""{"count":0,"ratedCount":0,"average":null,"histogram":{"1":0,"2":0,"3":0,"4":0,"5":0}}""", empty.Body);
        await SubmitAsync(productId, "ann", 5);
        await SubmitAsync(productId, "bob", 4);
        await SubmitAsync(productId, "cid", 4);
        await SubmitAsync(productId, "dee", null);
        await SubmitAsync(productId, "eve", 1);
        await SubmitAsync(productId, "fay", 1);
        (await Api.DeleteAsync($"/v1/reviews/{productId}~eve")).ShouldBe(204);
        (await Api.PostAsync($"/v1/reviews/{productId}~fay/hide", new { reason = "spam" })).ShouldBe(200);
        var summary = (await Api.GetAsync($"/v1/products/{productId}/reviews/summary")).ShouldBe(200);
        Assert.Equal("""{"count":4,"ratedCount":3,"average":4.33,"histogram":{"1":0,"2":0,"3":0,"4":2,"5":1}}""", summary.Body);
        (await Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId = "bob", rating = 5, title = "t", body = "b" })).ShouldBe(200);
        (await Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId = "cid", title = "t", body = "b" })).ShouldBe(200);
        summary = (await Api.GetAsync($"/v1/products/{productId}/reviews/summary")).ShouldBe(200);
        Assert.Equal("""{"count":4,"ratedCount":2,"average":5.00,"histogram":{"1":0,"2":0,"3":0,"4":0,"5":2}}""", summary.Body);
    }

    [Theory]
    [InlineData("reviews?sort=best", "sort")]
    [InlineData("reviews?sort=Recent", "sort")]
    [InlineData("reviews?limit=0", "limit")]
    [InlineData("reviews?limit=501", "limit")]
    [InlineData("reviews?after=x", "after")]
    [InlineData("reviews?order=recent", "order")]
    [InlineData("reviews/summary?sort=recent", "sort")]
    public async Task A_bad_query_is_invalid(string path, string parameter)
    {
        var productId = await Api.NewProductAsync();
        (await Api.GetAsync($"/v1/products/{productId}/{path}")).ShouldBeProblem(400, parameter);
    }

    [Fact]
    public async Task A_cursor_of_one_order_is_invalid_in_the_other()
    {
        var productId = await Api.NewProductAsync();
        await SubmitAsync(productId, "ann", 3);
        await SubmitAsync(productId, "bob", 3);
        var next = (string)(await Api.GetAsync($"/v1/products/{productId}/reviews?sort=recent&limit=1")).ShouldBe(200).Json["next"]!;
        (await Api.GetAsync($"/v1/products/{productId}/reviews?sort=helpful&after={next}")).ShouldBeProblem(400, "after");
    }

    [Fact]
    public async Task Reviews_of_an_unknown_product_are_not_found()
    {
        (await Api.GetAsync("/v1/products/nothing/reviews")).ShouldBeProblem(404);
        (await Api.GetAsync("/v1/products/nothing/reviews/summary")).ShouldBeProblem(404);
    }
}
