using System.Text.Json;
using PlayPrices;

namespace Marketplace.Tests.PlayPrices;

public class PlayingPricesTests
{
    private const string Header = "effective_at,product_id,seller_id,brand,price_pence\n";

    [Fact]
    public void Pence_a_litre_become_exact_pounds_for_a_hundred_litres()
    {
        var change = Assert.Single(PriceFile.Read(new StringReader(Header + "2026-01-30T14:11:08Z,E10,s1,\"A, B\",135.9\n"), null));

        Assert.Equal(new PriceChange("E10", "s1", 135.90m), change);
    }

    [Theory]
    [InlineData("t,E10,s1,b,135.955", "Line 3")]
    [InlineData("t,E10,s1,b,-1", "Line 3")]
    [InlineData("t,E10,s1,b,cheap", "Line 3")]
    [InlineData("t,E10,s1", "ine 3")]
    public void A_line_that_cannot_be_played_is_named(string line, string named)
    {
        var text = new StringReader(Header + "t,E10,s1,b,135.9\n" + line + "\n");

        Assert.Contains(named, Assert.Throws<UsageException>(() => PriceFile.Read(text, null)).Message);
    }

    [Fact]
    public void One_sellers_changes_stay_in_one_queue_and_in_order()
    {
        var random = new Random(7);
        var changes = Enumerable.Range(1, 1000).Select(n => new PriceChange("E10", $"s{random.Next(37)}", n)).ToArray();

        var queues = Partition.BySeller(changes, 5);

        Assert.Equal(changes.Length, queues.Sum(q => q.Count));
        Assert.All(queues, q => Assert.True(q.Zip(q.Skip(1)).All(pair => pair.First.Pounds < pair.Second.Pounds)));
        Assert.Equal(37, queues.Sum(q => q.Select(c => c.SellerId).Distinct().Count()));
        Assert.InRange(queues.Max(q => q.Count) - queues.Min(q => q.Count), 0, 30);
    }

    [Fact]
    public void The_lowest_price_is_the_least_of_the_last_prices()
    {
        PriceChange[] changes =
            [new("E10", "a", 120), new("E10", "b", 130), new("E10", "a", 140), new("E10", "c", 130), new("E5", "a", 150)];

        var lowest = LowestPriceCheck.Expected(changes)["E10"];

        Assert.Equal((130m, 3), (lowest.Pounds, lowest.OfferCount));
        Assert.Equal(["b", "c"], lowest.Sellers.Order());
    }

    [Theory]
    [InlineData("zShops", "130.00", "c", 3, "same")]
    [InlineData("zShops", "130.01", "a", 2, "DIFFERENT PRICE, OFFER COUNT, SELLER")]
    [InlineData("used", "130.00", "c", 3, "MISSING")]
    public void The_marketplaces_answer_is_compared_exactly(string type, string amount, string seller, int count, string verdict)
    {
        var answer = $$"""
            {"items":[{"listingType":"{{type}}","landedPrice":{"amount":{{amount}},"currency":"GBP"},
                       "sellerId":"{{seller}}","offerCount":{{count}}}]}
            """;
        var expected = new Lowest(130m, 3, new HashSet<string> { "b", "c" });

        Assert.Equal(verdict, LowestPriceCheck.Compare(expected, JsonElement.Parse(answer)).Verdict);
    }
}
