using Marketplace.Idempotency;
using Marketplace.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Tests.Idempotency;

public class KeyHeaderTests
{
    [Fact]
    public void A_key_is_one_header_of_1_to_255_visible_characters()
    {
        Assert.True(Reads("a"));
        Assert.True(Reads("!\"#,;~"));
        Assert.True(Reads(new string('k', 255)));
        Assert.False(Reads(new StringValues()));
        Assert.False(Reads(""));
        Assert.False(Reads(new string('k', 256)));
        Assert.False(Reads("a b"));
        Assert.False(Reads("a\u007f"));
        Assert.False(Reads("\u0080"));
        Assert.False(Reads(new StringValues(["a", "a"])));
    }

    [Fact]
    public void Neither_caller_nor_key_is_taken_for_part_of_the_other()
    {
        string?[] subjects = [null, "", "a", "ab", "1:a", "2:ab", ":", "anonymous"];
        string[] keys = ["b", "ab", ":", "a", "1:ab", "aab", ":b", "anonymous"];
        var digests =
            from subject in subjects
            from key in keys
            select Convert.ToHexString(KeyHeader.Digest(subject is null ? Caller.Anonymous : new Caller("seller", subject), key));

        Assert.Equal(subjects.Length * keys.Length, digests.Distinct().Count());
    }

    [Fact]
    public void The_role_a_caller_is_admitted_in_makes_no_other_caller() =>
        Assert.Equal(KeyHeader.Digest(new Caller("seller", "powells"), "k"), KeyHeader.Digest(new Caller("catalog", "powells"), "k"));

    private static bool Reads(StringValues header)
    {
        var headers = new HeaderDictionary();
        if (header.Count > 0) headers["Idempotency-Key"] = header;
        return KeyHeader.TryRead(headers, out _);
    }
}
