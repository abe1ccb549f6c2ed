using Marketplace.Idempotency;

namespace Marketplace.Tests.Idempotency;

public class KeptAnswerTests
{
    [Theory]
    [InlineData(200), InlineData(201), InlineData(204), InlineData(400), InlineData(404), InlineData(409), InlineData(412), InlineData(422)]
    public void What_speaks_of_the_request_and_the_resource_is_kept(int status) => Assert.True(new KeptAnswer(status, [], []).IsKept);

    [Theory]
    [InlineData(401), InlineData(403), InlineData(406), InlineData(408), InlineData(413), InlineData(415), InlineData(429), InlineData(500), InlineData(503)]
    public void What_another_try_may_change_is_not_kept(int status) => Assert.False(new KeptAnswer(status, [], []).IsKept);

    [Fact]
    public void What_says_when_to_try_again_is_not_kept() => Assert.False(new KeptAnswer(409, ["Content-Type", "x", "retry-after", "1"], []).IsKept);

    [Fact]
    public void A_value_is_no_name() => Assert.True(new KeptAnswer(409, ["X", "Retry-After"], []).IsKept);

    [Fact]
    public void What_is_larger_than_the_limit_is_not_kept()
    {
        Assert.True(new KeptAnswer(200, [], new byte[KeptAnswer.MaxBody]).IsKept);
        Assert.False(new KeptAnswer(200, [], new byte[KeptAnswer.MaxBody + 1]).IsKept);
    }
}
