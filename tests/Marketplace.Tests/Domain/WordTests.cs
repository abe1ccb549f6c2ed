using System.Text.Json;
using Marketplace.Domain;

namespace Marketplace.Tests.Domain;

public class WordTests
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new WordJsonConverter() } };

    [Fact]
    public void The_words_are_those_of_the_domain()
    {
        Assert.Equal("used, collectible, zShops", Word.All<ListingType>());
        Assert.Equal("new, like_new, very_good, good, acceptable", Word.All<Condition>());
        Assert.Equal("active, paused, sold_out, withdrawn", Word.All<OfferStatus>());
        Assert.Equal("manual, feed, rule, correction", Word.All<Cause>());
    }

    [Fact]
    public void Every_word_reads_back_as_its_member()
    {
        foreach (var type in Enum.GetValues<ListingType>()) Assert.Equal(type, Word.Parse<ListingType>(Word.Of(type)));
        foreach (var condition in Enum.GetValues<Condition>()) Assert.Equal($"\"{Word.Of(condition)}\"", JsonSerializer.Serialize(condition, Json));
    }

    [Theory]
    [InlineData("ZShops")]
    [InlineData("zshops")]
    [InlineData("2")]
    [InlineData(" zShops")]
    [InlineData("used, collectible")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_case_a_number_or_a_list_is_no_word(string? text) => Assert.Null(Word.Parse<ListingType>(text));

    [Theory]
    [InlineData("\"ZSHOPS\"")]
    [InlineData("2")]
    [InlineData("\"2\"")]
    [InlineData("true")]
    [InlineData("[\"used\"]")]
    public void Json_is_read_as_strictly(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ListingType>(json, Json));
}
