using Marketplace.Identity;

namespace Marketplace.Tests.Identity;

public class KnownTokensTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly MovedClock _clock = new() { Now = Noon };
    private readonly object _keys = new();

    [Fact]
    public void A_token_is_known_within_its_times_and_no_longer()
    {
        var known = new KnownTokens(_clock);
        var digest = KnownTokens.Digest.Of("a.b.c");
        known.Add(digest, Bearer("ann"), _keys);

        Assert.Equal("ann", known.Find(digest, _keys)?.Subject);
        _clock.Now = Noon + TimeSpan.FromHours(1) - TimeSpan.FromTicks(1);
        Assert.NotNull(known.Find(digest, _keys));
        _clock.Now = Noon + TimeSpan.FromHours(1);
        Assert.Null(known.Find(digest, _keys));
        _clock.Now = Noon - TimeSpan.FromTicks(1);
        Assert.Null(known.Find(digest, _keys));
    }

    [Fact]
    public void A_token_checked_with_other_keys_is_not_known()
    {
        var known = new KnownTokens(_clock);
        var digest = KnownTokens.Digest.Of("a.b.c");
        known.Add(digest, Bearer("ann"), _keys);

        Assert.Null(known.Find(digest, new object()));
    }

    [Fact]
    public void Tokens_that_differ_in_one_character_are_different()
    {
        var known = new KnownTokens(_clock);
        known.Add(KnownTokens.Digest.Of("a.b.c"), Bearer("ann"), _keys);

        foreach (var other in new[] { "a.b.d", "a.b.c ", "a.b.", "A.b.c", "a.b.c\0", "" }) Assert.Null(known.Find(KnownTokens.Digest.Of(other), _keys));
        Assert.Equal(KnownTokens.Digest.Of(new string('x', 5000)), KnownTokens.Digest.Of(new string('x', 5000)));
        Assert.NotEqual(KnownTokens.Digest.Of(new string('x', 5000)), KnownTokens.Digest.Of(new string('x', 5001)));
    }

    [Fact]
    public void However_many_tokens_come_so_many_are_known_and_those_in_use_stay()
    {
        var known = new KnownTokens(_clock);
        var used = KnownTokens.Digest.Of("used");
        known.Add(used, Bearer("ann"), _keys);
        for (var i = 0; i < 3 * KnownTokens.Most; i++)
        {
            known.Add(KnownTokens.Digest.Of($"token {i}"), Bearer("bob"), _keys);
            if (i % 1000 == 0) Assert.NotNull(known.Find(used, _keys));
        }

        Assert.InRange(known.Count, 1, KnownTokens.Most);
        Assert.NotNull(known.Find(used, _keys));
        Assert.Null(known.Find(KnownTokens.Digest.Of("token 0"), _keys));
    }

    private static Bearer Bearer(string subject) => new(subject, new RoleSet().With(Role.Reviewer), Noon, Noon + TimeSpan.FromHours(1));

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
