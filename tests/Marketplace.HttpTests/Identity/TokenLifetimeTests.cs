using DevelopmentIssuer;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;

namespace Marketplace.HttpTests.Identity;

/// <summary>A token's times count by the program's clock, for tokens seen before too.</summary>
public class TokenLifetimeTests
{
    [Fact]
    public async Task A_token_of_the_programs_own_is_good_from_its_beginning_to_its_end() =>
        await ShouldHoldAsync(TimeSpan.Zero, begin => DevelopmentTokens.Issue(Tokens.Key, "tester", ["auditor"], begin, TimeSpan.FromHours(1)), Tokens.Setting);

    [Fact]
    public async Task A_token_of_an_authority_is_good_from_its_beginning_to_its_end_and_half_a_minute_around()
    {
        await using var issuer = await OpenIdIssuer.StartAsync();
        var key = issuer.NewEcKey();
        await ShouldHoldAsync(BearerAuthentication.ClockSkew, begin => issuer.Token(key, "ES256", "tester", "auditor", from: begin, until: begin.AddHours(1)),
            issuer.Settings);
    }

    private static async Task ShouldHoldAsync(TimeSpan skew, Func<DateTimeOffset, string> token, params (string Name, string Value)[] settings)
    {
        var clock = new SetClock();
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await IdentityHost.StartAsync(database.ConnectionString, clock, settings);
        var begin = clock.Now = DateTimeOffset.FromUnixTimeSeconds(clock.Now.ToUnixTimeSeconds());
        var api = new Api(host).With(token(begin));
        var (hour, second) = (TimeSpan.FromHours(1), TimeSpan.FromSeconds(1));

        // Twice each: the second time the token is known.
        foreach (var (after, status) in new (TimeSpan, int)[]
                 {
                     (-skew, 200), (-skew - second, 401), (TimeSpan.Zero, 200), (hour + skew - second, 200), (hour + skew, 401), (TimeSpan.FromMinutes(1), 200),
                 })
        {
            clock.Now = begin + after;
            for (var time = 0; time < 2; time++) (await api.GetAsync("/v1/audit/events?limit=1")).ShouldBe(status);
        }
    }
}
