using System.Text.Json;
using Marketplace.Domain;

namespace Marketplace.Tests.Domain;

public class MoneyTests
{
    [Theory]
    [InlineData("20", "USD", "20.00", "$20.00")]
    [InlineData("27.1", "EUR", "27.10", "EUR 27.10")]
    [InlineData("2000", "JPY", "2000", "JPY 2000")]
    [InlineData("1.5", "KWD", "1.500", "KWD 1.500")]
    [InlineData("0.0001", "CLF", "0.0001", "CLF 0.0001")]
    [InlineData("1000000000", "USD", "1000000000.00", "$1000000000.00")]
    [InlineData("-0.00", "USD", "0.00", "$0.00")]
    public void Amounts_are_written_with_exactly_the_decimals_of_their_currency(string amount, string currency, string digits, string text)
    {
        var money = new Money(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), currency);

        Assert.Equal(digits, money.Digits());
        Assert.Equal(text, money.ToString());
        Assert.Equal($$"""{"amount":{{digits}},"currency":"{{currency}}"}""", JsonSerializer.Serialize(money));
    }

    [Theory]
    [InlineData("""{"amount":27.11,"currency":"USD"}""", "27.11")]
    [InlineData("""{"currency":"USD","amount":27.1}""", "27.1")]
    [InlineData("""{"amount":2711e-2,"currency":"USD"}""", "27.11")]
    [InlineData("""{"amount":1E3,"currency":"USD"}""", "1000")]
    [InlineData("""{"amount":0.1,"currency":"USD"}""", "0.1")]
    public void An_amount_is_read_exactly(string json, string amount) =>
        Assert.Equal(new Money(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), "USD"), JsonSerializer.Deserialize<Money>(json));

    [Theory]
    [InlineData("USD", "BHD", 2, 3)]
    [InlineData("JPY", "CLF", 0, 4)]
    public void Currencies_know_their_decimals(string one, string other, int decimals, int otherDecimals) =>
        Assert.Equal((decimals, otherDecimals), (Currencies.DecimalsOf(one)!.Value, Currencies.DecimalsOf(other)!.Value));

    [Theory]
    [InlineData("usd")]
    [InlineData("XXX")]
    [InlineData("")]
    [InlineData("US")]
    public void What_iso_4217_does_not_know_is_no_currency(string code) => Assert.Null(Currencies.DecimalsOf(code));

    [Theory]
    [InlineData("3", "USD", 2)]
    [InlineData("3.1", "KWD", 3)]
    [InlineData("3", "JPY", 0)]
    [InlineData("3.123", "USD", 3)]
    public void What_was_read_has_the_decimals_of_its_currency_at_least(string amount, string currency, int scale) =>
        Assert.Equal(scale, JsonSerializer.Deserialize<Money>($$"""{"amount":{{amount}},"currency":"{{currency}}"}""").Amount.Scale);

    [Fact]
    public void Amounts_of_one_currency_add_up_and_those_of_two_never()
    {
        Assert.Equal(Stored.Usd(22.50m), Stored.Usd(20m) + Stored.Usd(2.50m));
        Assert.Throws<InvalidOperationException>(() => Stored.Usd(20m) + new Money(1m, "EUR"));
    }

    [Fact]
    public void A_sum_of_tenths_has_no_binary_dust() =>
        Assert.Equal("1.00", Enumerable.Repeat(Stored.Usd(0.1m), 10).Aggregate(Money.Zero("USD"), (sum, each) => sum + each).Digits());
}
