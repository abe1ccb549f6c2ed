using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Tests.Domain;

public class QueryTests
{
    [Theory]
    [InlineData(null, 50)]
    [InlineData("1", 1)]
    [InlineData("500", 500)]
    [InlineData("007", 7)]
    public void A_limit_is_from_1_to_500_and_50_without_it(string? text, int limit)
    {
        var query = new Query();

        Assert.Equal(limit, query.Limit(text));
        Assert.Null(query.Refusal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData(" 1")]
    [InlineData("٣")]
    [InlineData("99999999999999999999")]
    [InlineData("abc")]
    public void Any_other_limit_is_refused_by_name(string text)
    {
        var query = new Query();
        query.Limit(text);

        Assert.Equal(["limit"], query.Refusal!.Errors!.Keys);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var query = new Query();
        query.Limit("x");
        query.Position("atPosition", "-1");
        query.Word<ListingType>("listingType", "ZSHOPS");
        query.Currency("currency", "usd");
        query.Instant("asOf", "yesterday");
        query.After("?", "list", 1);

        Assert.Equal(["limit", "atPosition", "listingType", "currency", "asOf", "after"], query.Refusal!.Errors!.Keys);
        Assert.Equal(400, query.Refusal.Status);
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.0000000+00:00")]
    [InlineData("2026-01-31T12:00Z", "2026-01-31T12:00:00.0000000+00:00")]
    [InlineData("2026-01-31T12:00:00.1234567Z", "2026-01-31T12:00:00.1234560+00:00")]
    [InlineData("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.0000000+00:00")]
    [InlineData("2026-01-31T12:00:00.5-03:30", "2026-01-31T15:30:00.5000000+00:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    public void An_instant_names_its_offset_and_is_cut_to_microseconds(string text, string instant)
    {
        Assert.True(Query.TryInstant(text, out var read));
        Assert.Equal(instant, read.ToString("O"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T12:00:00")]
    [InlineData("2026-01-31 12:00:00Z")]
    [InlineData("2026-02-30T12:00:00Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T12:00:60Z")]
    [InlineData("2026-01-31T12:00:00+0200")]
    [InlineData("2026-01-31T12:00:00.12345678Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("12026-01-31T12:00:00Z")]
    [InlineData("1769860800")]
    [InlineData("now")]
    [InlineData(" 2026-01-31T12:00:00Z")]
    public void Anything_else_is_no_instant(string text) => Assert.False(Query.TryInstant(text, out _));
}
