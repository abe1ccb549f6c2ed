using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Tests.Domain;

namespace Marketplace.Tests.Catalog;

public class ProductDecisionTests
{
    private static readonly PutProduct Words = new("The Old Man and the Sea", "Ernest Hemingway", null);
    private static readonly Product Listed = Stored.Fold<Product>(null, PutProductEndpoint.Decide(Words, "book", null))!;

    [Fact]
    public void A_new_product_is_listed() =>
        Assert.Equal([new ProductListed("book", "The Old Man and the Sea", "Ernest Hemingway", null)], PutProductEndpoint.Decide(Words, "book", null).Events);

    [Fact]
    public void Other_words_revise_it_and_what_is_left_out_is_then_absent()
    {
        var decision = PutProductEndpoint.Decide(new PutProduct("The Old Man and the Sea", null, "A novel."), "book", Listed);

        Assert.Equal([new ProductRevised("book", "The Old Man and the Sea", null, "A novel.")], decision.Events);
        var after = Stored.Fold(Listed, decision, 2)!;
        Assert.Equal(("product/book", "book"), (after.Id, after.ProductId));
        Assert.Equal(("The Old Man and the Sea", null, "A novel."), (after.Title, after.Author, after.Description));
        Assert.Equal(Stored.Noon.AddMinutes(2), after.EffectiveAt);
    }

    [Fact]
    public void The_same_words_again_record_nothing()
    {
        var decision = PutProductEndpoint.Decide(Words, "book", Listed);

        Assert.Empty(decision.Events);
        Assert.Null(decision.Refusal);
    }

    [Fact]
    public void The_fold_stops_at_an_event_that_does_not_belong_there()
    {
        Assert.Throws<InvalidOperationException>(() => Product.Fold(Listed, Stored.At(1, new OfferPaused("book", "s", "k"))));
        Assert.Throws<InvalidOperationException>(() => Product.Fold(null, Stored.At(1, new ProductRevised("book", "t", null, null))));
    }

    [Theory]
    [InlineData(null, null, null, "title")]
    [InlineData("", null, null, "title")]
    [InlineData(" \t", null, null, "title")]
    [InlineData("a\0b", null, null, "title")]
    [InlineData("a\u001b[31m", null, null, "title")]
    [InlineData("t", "", null, "author")]
    [InlineData("t", "a\0", null, "author")]
    [InlineData("t", null, " ", "description")]
    public void Words_of_the_wrong_shape_are_refused_by_member(string? title, string? author, string? description, string member)
    {
        var result = new PutProduct.Validator().Validate(new PutProduct(title, author, description));

        Assert.Equal([member], result.Errors.Select(e => e.PropertyName).Distinct());
    }

    [Fact]
    public void Half_a_character_is_no_text()
    {
        // Halves do not survive in an attribute's arguments.
        foreach (var title in new[] { "a\ud800b", "\udc00", "a\ud83d", "\ude00\ud83d" })
            Assert.False(new PutProduct.Validator().Validate(new PutProduct(title, null, null)).IsValid);
    }

    [Fact]
    public void Lengths_are_bounded()
    {
        var validator = new PutProduct.Validator();

        Assert.True(validator.Validate(new PutProduct(new string('t', 500), new string('a', 200), new string('d', 10_000))).IsValid);
        Assert.Equal(3, validator.Validate(new PutProduct(new string('t', 501), new string('a', 201), new string('d', 10_001))).Errors.Count);
    }

    [Fact]
    public void Text_beyond_the_basic_plane_and_line_breaks_are_fine() =>
        Assert.True(new PutProduct.Validator().Validate(new PutProduct("老人と海 😀", "Ø", "one\ntwo\r\n\tthree")).IsValid);
}
