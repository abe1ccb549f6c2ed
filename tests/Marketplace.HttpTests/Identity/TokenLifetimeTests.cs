using DevelopmentIssuer;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Identity;

/// <summary>A token's times count by the program's clock, for tokens seen before too.</summary>
public class TokenLifetimeTests
{
    [Fact]
    public async Task A_token_is_good_from_its_beginning_to_its_end_and_half_a_minute_around()
    {
        var clock = new SetClock();
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await IdentityHost.StartAsync(database.ConnectionString, clock, Tokens.Setting);
        var begin = clock.Now = DateTimeOffset.FromUnixTimeSeconds(clock.Now.ToUnixTimeSeconds());
        var api = new Api(host).With(DevelopmentTokens.Issue(Tokens.Key, "tester", ["auditor"], begin, TimeSpan.FromHours(1)));

        // Twice each: the second time the token is known.
        foreach (var (after, status) in new (TimeSpan, int)[]
                 {
                     (-BearerAuthentication.ClockSkew, 200), (-BearerAuthentication.ClockSkew - TimeSpan.FromSeconds(1), 401), (TimeSpan.Zero, 200),
                     (TimeSpan.FromHours(1) + BearerAuthentication.ClockSkew - TimeSpan.FromSeconds(1), 200),
                     (TimeSpan.FromHours(1) + BearerAuthentication.ClockSkew, 401), (TimeSpan.FromMinutes(1), 200),
                 })
        {
            clock.Now = begin + after;
            for (var time = 0; time < 2; time++) (await api.GetAsync("/v1/audit/events?limit=1")).ShouldBe(status);
        }
    }
}
