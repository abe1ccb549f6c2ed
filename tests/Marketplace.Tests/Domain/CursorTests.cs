using System.Buffers.Text;
using System.Text;
using Marketplace.Http;

namespace Marketplace.Tests.Domain;

public class CursorTests
{
    [Fact]
    public void A_cursor_gives_back_its_keys_and_needs_no_escaping_in_a_url()
    {
        var cursor = Cursor.Encode("ladder", "USD", "20.00", "ö/?&=+");

        Assert.Matches("^[A-Za-z0-9_-]+$", cursor);
        Assert.Equal(["USD", "20.00", "ö/?&=+"], Cursor.Decode(cursor, "ladder", 3)!);
    }

    [Fact]
    public void A_cursor_of_another_list_or_of_another_number_of_keys_is_none()
    {
        var cursor = Cursor.Encode("ladder", "a", "b");

        Assert.Null(Cursor.Decode(cursor, "products", 2));
        Assert.Null(Cursor.Decode(cursor, "ladder", 1));
        Assert.Null(Cursor.Decode(cursor, "ladder", 3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("AAAA")]
    [InlineData("=")]
    [InlineData("bnVsbA")]
    [InlineData("Ä")]
    [InlineData("AA AA")]
    public void Noise_is_no_cursor(string text) => Assert.Null(Cursor.Decode(text, "list", 1));

    [Theory]
    [InlineData("""["list",null]""")]
    [InlineData("""["list",1]""")]
    [InlineData("""["list","a\u0000"]""")]
    [InlineData("""["list","\ud800"]""")]
    [InlineData("""["list",["a"]]""")]
    [InlineData("""{"list":"a"}""")]
    [InlineData("""["list","a"]x""")]
    public void A_forged_cursor_that_no_page_gave_is_none(string json) =>
        Assert.Null(Cursor.Decode(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json)), "list", 1));

    [Fact]
    public void A_cursor_has_a_longest_length() => Assert.Null(Cursor.Decode(Cursor.Encode("list", new string('a', 1000)), "list", 1));
}
