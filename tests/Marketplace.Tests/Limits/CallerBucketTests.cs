using System.Net;
using Marketplace.Identity;
using Marketplace.Limits;

namespace Marketplace.Tests.Limits;

public class CallerBucketTests
{
    private const int Buckets = 16_384;

    private static Bearer Bearer(string subject, Role role = Role.Seller) =>
        new(subject, new RoleSet().With(role), DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    [Fact]
    public void However_many_addresses_call_there_are_only_so_many_buckets()
    {
        var seen = new HashSet<CallerBucket>();
        for (var i = 0; i < 200_000; i++)
        {
            seen.Add(CallerBucket.Of(null, new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), Buckets));
            seen.Add(CallerBucket.Of(null, IPAddress.Parse($"2001:db8:{i >> 16:x}:{i & 0xFFFF:x}::1"), Buckets));
            seen.Add(CallerBucket.Of(Bearer($"seller-{i}"), null, Buckets));
        }

        Assert.All(seen, bucket => Assert.InRange(bucket.Number, 0, Buckets - 1));
        // All of them are in use, too: callers are spread.
        Assert.InRange(seen.Count, 2 * Buckets * 9 / 10, 2 * Buckets);
    }

    [Fact]
    public void A_subject_has_one_bucket_whatever_its_role_and_wherever_it_calls_from() =>
        Assert.Equal(
            CallerBucket.Of(Bearer("powells", Role.Seller), IPAddress.Loopback, Buckets),
            CallerBucket.Of(Bearer("powells", Role.Operator), IPAddress.Parse("203.0.113.9"), Buckets));

    [Fact]
    public void Callers_without_a_token_never_share_with_those_who_have_one() =>
        Assert.NotEqual(CallerBucket.Of(null, IPAddress.Loopback, 1), CallerBucket.Of(Bearer("powells", Role.Seller), IPAddress.Loopback, 1));

    [Theory]
    [InlineData("203.0.113.9", "::ffff:203.0.113.9")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    public void Addresses_that_one_subscriber_has_are_one_caller(string one, string other) =>
        Assert.Equal(CallerBucket.Of(null, IPAddress.Parse(one), Buckets), CallerBucket.Of(null, IPAddress.Parse(other), Buckets));

    [Fact]
    public void A_request_from_no_address_has_a_bucket_too() => Assert.Equal(0, CallerBucket.Of(null, null, Buckets).Number);
}
