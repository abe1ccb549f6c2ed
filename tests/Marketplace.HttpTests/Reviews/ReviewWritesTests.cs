using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Reviews;

public sealed class ReviewWritesTests(SharedMarketplace fixture) : IClassFixture<SharedMarketplace>
{
    private Api Api => fixture.Api;

    private static object Review(string reviewerId, int? rating = 4, string title = "Good", string body = "A good book.") => new { reviewerId, rating, title, body };

    private async Task<string> SubmittedAsync(string productId, string reviewerId = "ann", int? rating = 4) =>
        (string)(await Api.PostAsync($"/v1/products/{productId}/reviews", Review(reviewerId, rating))).ShouldBe(201).Json["reviewId"]!;

    [Fact]
    public async Task A_first_review_is_created_under_an_id_of_product_and_reviewer()
    {
        var productId = await Api.NewProductAsync();
        var answer = (await Api.PostAsync($"/v1/products/{productId}/reviews", Review("ann"))).ShouldBe(201);
        Assert.Equal($"{productId}~ann", (string?)answer.Json["reviewId"]);
        Assert.Equal($"/v1/reviews/{productId}~ann", answer.Headers["Location"]);
        Assert.Equal("\"1\"", answer.ETag);
        var read = (await Api.GetAsync($"/v1/reviews/{productId}~ann")).ShouldBe(200);
        Assert.Equal(answer.Body, read.Body);
        Assert.Equal("\"1\"", read.ETag);
        Assert.True(read.Position >= answer.Position);
        (await Api.GetAsync($"/v1/reviews/{productId}~ann", ("If-None-Match", "\"1\""))).ShouldBe(304);
    }

    [Fact]
    public async Task The_same_review_again_records_nothing_and_other_words_revise_it()
    {
        var productId = await Api.NewProductAsync();
        var id = await SubmittedAsync(productId);
        var again = (await Api.PostAsync($"/v1/products/{productId}/reviews", Review("ann"))).ShouldBe(200);
        Assert.Equal("\"1\"", again.ETag);
        var revised = (await Api.PostAsync($"/v1/products/{productId}/reviews", Review("ann", null, "Better"))).ShouldBe(200);
        Assert.Equal("\"2\"", revised.ETag);
        var read = (await Api.GetAsync($"/v1/reviews/{id}")).Json;
        Assert.Equal("Better", (string?)read["title"]);
        Assert.Null(read["rating"]);
    }

    [Fact]
    public async Task A_review_of_an_unknown_product_is_not_found() =>
        (await Api.PostAsync("/v1/products/nothing/reviews", Review("ann"))).ShouldBeProblem(404);

    [Theory]
    [InlineData("""{"reviewerId":"ann","rating":0,"title":"t","body":"b"}""", "rating")]
    [InlineData("""{"reviewerId":"ann","rating":6,"title":"t","body":"b"}""", "rating")]
    [InlineData("""{"reviewerId":"ann","rating":"5","title":"t","body":"b"}""", "rating")]
    [InlineData("""{"reviewerId":"ann","rating":4.5,"title":"t","body":"b"}""", "rating")]
    [InlineData("""{"reviewerId":"a/b","title":"t","body":"b"}""", "reviewerId")]
    [InlineData("""{"title":"t","body":"b"}""", "reviewerId")]
    [InlineData("""{"reviewerId":"ann","title":" ","body":"b"}""", "title")]
    [InlineData("""{"reviewerId":"ann","title":"t"}""", "body")]
    [InlineData("""{"reviewerId":"ann","title":"t","body":"b","stars":5}""", "stars")]
    [InlineData("""{"reviewerId":"ann","title":"t","title":"u","body":"b"}""", "title")]
    [InlineData("null", "$")]
    public async Task A_review_that_breaks_a_rule_of_shape_is_invalid(string body, string path)
    {
        var productId = await Api.NewProductAsync();
        (await Api.PostAsync($"/v1/products/{productId}/reviews", body)).ShouldBeProblem(400, path);
        (await Api.GetAsync($"/v1/reviews/{productId}~ann")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_withdrawn_review_is_gone_and_submitting_again_brings_it_back()
    {
        var productId = await Api.NewProductAsync();
        var id = await SubmittedAsync(productId);
        (await Api.DeleteAsync($"/v1/reviews/{id}")).ShouldBe(204);
        var again = (await Api.DeleteAsync($"/v1/reviews/{id}")).ShouldBe(204);
        Assert.Equal("\"2\"", again.ETag);
        (await Api.GetAsync($"/v1/reviews/{id}")).ShouldBeProblem(404);
        (await Api.PutAsync($"/v1/reviews/{id}/votes/bob", new { helpful = true })).ShouldBeProblem(409);
        var back = (await Api.PostAsync($"/v1/products/{productId}/reviews", Review("ann"))).ShouldBe(200);
        Assert.Equal("\"3\"", back.ETag);
        (await Api.GetAsync($"/v1/reviews/{id}")).ShouldBe(200);
    }

    [Fact]
    public async Task A_hidden_review_stays_hidden_through_revising_withdrawing_and_submitting_until_it_is_restored()
    {
        var productId = await Api.NewProductAsync();
        var id = await SubmittedAsync(productId);
        Assert.Equal("hidden", (string?)(await Api.PostAsync($"/v1/reviews/{id}/hide", new { reason = "spam" })).ShouldBe(200).Json["status"]);
        Assert.Equal("\"2\"", (await Api.PostAsync($"/v1/reviews/{id}/hide", new { reason = "still spam" })).ShouldBe(200).ETag);
        (await Api.PostAsync($"/v1/products/{productId}/reviews", Review("ann", 5))).ShouldBe(200);
        (await Api.DeleteAsync($"/v1/reviews/{id}")).ShouldBe(204);
        Assert.Equal("hidden", (string?)(await Api.PostAsync($"/v1/products/{productId}/reviews", Review("ann", 5))).ShouldBe(200).Json["status"]);
        (await Api.GetAsync($"/v1/reviews/{id}")).ShouldBeProblem(404);
        (await Api.PutAsync($"/v1/reviews/{id}/votes/bob", new { helpful = true })).ShouldBeProblem(409);
        Assert.Equal("visible", (string?)(await Api.PostAsync($"/v1/reviews/{id}/restore")).ShouldBe(200).Json["status"]);
        Assert.Equal(5, (int)(await Api.GetAsync($"/v1/reviews/{id}")).ShouldBe(200).Json["rating"]!);
        var restored = (await Api.PostAsync($"/v1/reviews/{id}/restore")).ShouldBe(200);
        Assert.Equal("\"6\"", restored.ETag);
    }

    [Fact]
    public async Task Hiding_needs_a_reason()
    {
        var id = await SubmittedAsync(await Api.NewProductAsync());
        (await Api.PostAsync($"/v1/reviews/{id}/hide", new { })).ShouldBeProblem(400, "reason");
        (await Api.PostAsync($"/v1/reviews/{id}/hide", new { reason = new string('x', 501) })).ShouldBeProblem(400, "reason");
    }

    [Fact]
    public async Task A_second_vote_replaces_the_first_and_the_same_vote_records_nothing()
    {
        var id = await SubmittedAsync(await Api.NewProductAsync());
        (await Api.PutAsync($"/v1/reviews/{id}/votes/bob", new { helpful = true })).ShouldBe(200);
        (await Api.PutAsync($"/v1/reviews/{id}/votes/cid", new { helpful = true })).ShouldBe(200);
        var before = (await Api.PutAsync($"/v1/reviews/{id}/votes/bob", new { helpful = false })).ShouldBe(200);
        var again = (await Api.PutAsync($"/v1/reviews/{id}/votes/bob", new { helpful = false })).ShouldBe(200);
        Assert.Equal((before.ETag, before.Position), (again.ETag, again.Position));
        var read = (await Api.GetAsync($"/v1/reviews/{id}")).Json;
        Assert.Equal((1, 1), ((int)read["helpful"]!, (int)read["unhelpful"]!));
    }

    [Fact]
    public async Task Nobody_votes_on_an_own_review()
    {
        var id = await SubmittedAsync(await Api.NewProductAsync());
        Assert.Equal("urn:marketplace:problem:own-review",
            (string?)(await Api.PutAsync($"/v1/reviews/{id}/votes/ann", new { helpful = true })).ShouldBeProblem(409).Json["type"]);
    }

    [Theory]
    [InlineData("book")]
    [InlineData("book~")]
    [InlineData("~ann")]
    [InlineData("book~ann~bob")]
    [InlineData("book~..")]
    [InlineData("bo%2Fok~ann")]
    public async Task A_broken_review_id_is_invalid(string reviewId)
    {
        (await Api.GetAsync($"/v1/reviews/{reviewId}")).ShouldBeProblem(400, "reviewId");
        (await Api.DeleteAsync($"/v1/reviews/{reviewId}")).ShouldBeProblem(400, "reviewId");
        (await Api.PutAsync($"/v1/reviews/{reviewId}/votes/bob", new { helpful = true })).ShouldBeProblem(400, "reviewId");
        (await Api.PostAsync($"/v1/reviews/{reviewId}/hide", new { reason = "spam" })).ShouldBeProblem(400, "reviewId");
        (await Api.PostAsync($"/v1/reviews/{reviewId}/restore")).ShouldBeProblem(400, "reviewId");
    }

    [Fact]
    public async Task What_was_never_submitted_is_not_found()
    {
        (await Api.GetAsync("/v1/reviews/book~nobody")).ShouldBeProblem(404);
        (await Api.DeleteAsync("/v1/reviews/book~nobody")).ShouldBeProblem(404);
        (await Api.PutAsync("/v1/reviews/book~nobody/votes/bob", new { helpful = true })).ShouldBeProblem(404);
        (await Api.PostAsync("/v1/reviews/book~nobody/hide", new { reason = "spam" })).ShouldBeProblem(404);
        (await Api.PostAsync("/v1/reviews/book~nobody/restore")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_stale_precondition_changes_nothing()
    {
        var productId = await Api.NewProductAsync();
        var id = await SubmittedAsync(productId);
        (await Api.PostAsync($"/v1/products/{productId}/reviews", Review("ann", 5), ("If-Match", "\"7\""))).ShouldBeProblem(412);
        (await Api.PutAsync($"/v1/reviews/{id}/votes/bob", new { helpful = true }, ("If-Match", "\"2\""))).ShouldBeProblem(412);
        (await Api.PostAsync($"/v1/reviews/{id}/hide", new { reason = "spam" }, ("If-Match", "\"2\""))).ShouldBeProblem(412);
        (await Api.PostAsync($"/v1/reviews/{id}/restore", null, ("If-Match", "\"2\""))).ShouldBeProblem(412);
        Assert.Contains("\"1\"", (string?)(await Api.DeleteAsync($"/v1/reviews/{id}", ("If-Match", "\"2\""))).ShouldBeProblem(412).Json["detail"], StringComparison.Ordinal);
        (await Api.DeleteAsync($"/v1/reviews/{id}", ("If-Match", "\"1\""))).ShouldBe(204);
    }
}
