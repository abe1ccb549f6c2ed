using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Reviews;

public sealed class ReviewHistoryTests(SharedMarketplace fixture) : IClassFixture<SharedMarketplace>
{
    private Api Api => fixture.Api;

    private Task<Answered> SubmitAsync(string productId, string reviewerId, int? rating, string? effectiveAt = null) =>
        Api.PostAsync($"/v1/products/{productId}/reviews", new { reviewerId, rating, title = "t", body = "b" },
            effectiveAt is null ? [] : [("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", effectiveAt)]);

    private async Task<string> CountsAsync(string productId, string moment)
    {
        var json = (await Api.GetAsync($"/v1/products/{productId}/reviews/summary?{moment}")).ShouldBe(200).Json;
        return string.Join(' ', json["histogram"]!.AsObject().Select(r => r.Value!.ToString())) + $" of {json["count"]}";
    }

    [Fact]
    public async Task The_summary_at_an_instant_holds_what_was_effective_by_then_however_late_it_was_recorded()
    {
        var productId = await Api.NewProductAsync();
        (await SubmitAsync(productId, "ann", 5, "2024-01-03T00:00:00Z")).ShouldBe(201);
        (await SubmitAsync(productId, "bob", 1, "2024-01-01T00:00:00Z")).ShouldBe(201);
        (await SubmitAsync(productId, "ann", 4, "2024-01-04T00:00:00Z")).ShouldBe(200);
        (await Api.DeleteAsync($"/v1/reviews/{productId}~bob", ("Marketplace-Cause", "correction"), ("Marketplace-Effective-At", "2024-01-05T00:00:00Z"))).ShouldBe(204);
        Assert.Equal("0 0 0 0 0 of 0", await CountsAsync(productId, "asOf=2023-12-31T23:59:59.999999Z"));
        Assert.Equal("1 0 0 0 0 of 1", await CountsAsync(productId, "asOf=2024-01-01T00:00:00Z"));
        Assert.Equal("1 0 0 0 1 of 2", await CountsAsync(productId, "asOf=2024-01-03T02:00:00%2B02:00"));
        Assert.Equal("1 0 0 1 0 of 2", await CountsAsync(productId, "asOf=2024-01-04T12:00:00Z"));
        Assert.Equal("0 0 0 1 0 of 1", await CountsAsync(productId, "asOf=2024-01-05T00:00:00Z"));
        Assert.Equal((await Api.GetAsync($"/v1/products/{productId}/reviews/summary")).Body,
            (await Api.GetAsync($"/v1/products/{productId}/reviews/summary?asOf=2024-01-06T00:00:00Z")).Body);
    }

    [Fact]
    public async Task The_summary_at_a_position_holds_everything_recorded_up_to_it()
    {
        var productId = await Api.NewProductAsync();
        var positions = new List<long>();
        for (var i = 1; i <= 5; i++) positions.Add((await SubmitAsync(productId, $"reviewer-{i}", i)).ShouldBe(201).Position);
        positions.Add((await Api.PostAsync($"/v1/reviews/{productId}~reviewer-1/hide", new { reason = "spam" })).ShouldBe(200).Position);
        positions.Add((await Api.PostAsync($"/v1/reviews/{productId}~reviewer-1/restore")).ShouldBe(200).Position);
        string[] expected = ["1 0 0 0 0 of 1", "1 1 0 0 0 of 2", "1 1 1 0 0 of 3", "1 1 1 1 0 of 4", "1 1 1 1 1 of 5", "0 1 1 1 1 of 4", "1 1 1 1 1 of 5"];
        for (var i = 0; i < positions.Count; i++) Assert.Equal(expected[i], await CountsAsync(productId, $"atPosition={positions[i]}"));
        Assert.Equal("0 0 0 0 0 of 0", await CountsAsync(productId, "atPosition=0"));
    }

    [Theory]
    [InlineData("asOf=2999-01-01T00:00:00Z", "asOf")]
    [InlineData("asOf=yesterday", "asOf")]
    [InlineData("asOf=2024-01-01T00:00:00", "asOf")]
    [InlineData("atPosition=-1", "atPosition")]
    [InlineData("atPosition=9000000000000000000", "atPosition")]
    [InlineData("atPosition=1&asOf=2024-01-01T00:00:00Z", "atPosition")]
    public async Task A_moment_not_reached_or_not_understood_is_invalid(string moment, string parameter)
    {
        var productId = await Api.NewProductAsync();
        (await Api.GetAsync($"/v1/products/{productId}/reviews/summary?{moment}")).ShouldBeProblem(400, parameter);
    }

    [Fact]
    public async Task A_past_summary_of_an_unknown_product_is_not_found() =>
        (await Api.GetAsync("/v1/products/nothing/reviews/summary?asOf=2024-01-01T00:00:00Z")).ShouldBeProblem(404);

    [Fact]
    public async Task A_past_answer_waits_for_a_position_asked_for_and_gives_up_with_503()
    {
        var productId = await Api.NewProductAsync();
        var written = (await SubmitAsync(productId, "ann", 5)).ShouldBe(201);
        var answer = (await Api.GetAsync($"/v1/products/{productId}/reviews/summary?atPosition={written.Position}", ("Marketplace-Min-Position", $"{written.Position}"))).ShouldBe(200);
        Assert.True(answer.Position >= written.Position);
        var never = (await Api.GetAsync($"/v1/products/{productId}/reviews/summary?atPosition={written.Position}", ("Marketplace-Min-Position", "9000000000"))).ShouldBeProblem(503);
        Assert.True(never.Headers.ContainsKey("Retry-After"));
        (await Api.GetAsync($"/v1/products/{productId}/reviews/summary?atPosition=0", ("Marketplace-Min-Position", "x"))).ShouldBeProblem(400, "Marketplace-Min-Position");
    }
}
