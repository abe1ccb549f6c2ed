using Marketplace.Http;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tests.Domain;

public class ETagsTests
{
    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("\"1\", \"3\"", true)]
    [InlineData("*", true)]
    [InlineData("\"3-9f86d081884c7d65\"", true)]
    [InlineData("\"2\"", false)]
    [InlineData("W/\"3\"", false)]
    [InlineData("\"03x\"", false)]
    [InlineData("\"+3\"", false)]
    [InlineData("\"content-9f86d081884c7d65\"", false)]
    [InlineData("\"99999999999999999999\"", false)]
    public void If_match_holds_for_the_version_it_names_strongly(string header, bool holds) =>
        Assert.Equal(holds, Precondition(match: header)(3));

    [Theory]
    [InlineData("\"3\"", false)]
    [InlineData("W/\"3\"", false)]
    [InlineData("*", false)]
    [InlineData("\"2\"", true)]
    public void If_none_match_holds_for_versions_it_does_not_name(string header, bool holds) =>
        Assert.Equal(holds, Precondition(noneMatch: header)(3));

    [Fact]
    public void Where_nothing_is_stored_no_tag_matches()
    {
        Assert.False(Precondition(match: "*")(null));
        Assert.False(Precondition(match: "\"0\"")(null));
        Assert.True(Precondition(noneMatch: "*")(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("\"3")]
    [InlineData("\"3\" \"4\"")]
    [InlineData("\"3\", x")]
    public void What_is_no_list_of_tags_is_told_by_its_header(string header)
    {
        Assert.False(ETags.TryPrecondition(Headers(header, null), out _, out var bad));
        Assert.Equal("If-Match", bad);
        Assert.False(ETags.TryPrecondition(Headers(null, header), out _, out bad));
        Assert.Equal("If-None-Match", bad);
    }

    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("W/\"3\"", true)]
    [InlineData("*", true)]
    [InlineData("\"1\", \"3\"", true)]
    [InlineData("\"4\"", false)]
    [InlineData("3", false)]
    public void A_read_compares_weakly(string header, bool known) => Assert.Equal(known, ETags.IsKnown(header, "\"3\""));

    [Fact]
    public void A_composed_tag_changes_with_its_content()
    {
        Assert.Equal(ETags.Of(3, "a"u8), ETags.Of(3, "a"u8));
        Assert.NotEqual(ETags.Of(3, "a"u8), ETags.Of(3, "b"u8));
        Assert.Equal("\"3\"", ETags.Of(3));
    }

    private static Func<long?, bool> Precondition(string? match = null, string? noneMatch = null)
    {
        Assert.True(ETags.TryPrecondition(Headers(match, noneMatch), out var precondition, out _));
        return precondition!;
    }

    private static HeaderDictionary Headers(string? match, string? noneMatch)
    {
        var headers = new HeaderDictionary();
        if (match is not null) headers["If-Match"] = match;
        if (noneMatch is not null) headers["If-None-Match"] = noneMatch;
        return headers;
    }
}
