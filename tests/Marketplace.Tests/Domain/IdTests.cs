using Marketplace.Domain;

namespace Marketplace.Tests.Domain;

public class IdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("9780805210040")]
    [InlineData("B000.X_y-z")]
    [InlineData("...")]
    [InlineData("-")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghij")]
    public void One_to_forty_letters_digits_dots_underscores_and_hyphens_are_an_id(string text) => Assert.True(Id.IsValid(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(" a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("a~b")]
    [InlineData("a\0")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData("٣")]
    [InlineData("Ａ")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijk")]
    public void Nothing_else_is(string? text) => Assert.False(Id.IsValid(text));
}
