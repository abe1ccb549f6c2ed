using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain;

/// <summary>
/// An exact decimal amount in one ISO 4217 currency, in major units (27.11 is twenty-seven dollars eleven).
/// As JSON: <c>{"amount": 27.11, "currency": "USD"}</c>, the amount a number with exactly as many decimals as the currency has.
/// </summary>
/// <param name="Amount">Major units; never binary floating point.</param>
/// <param name="Currency">ISO 4217 alphabetic code in upper case.</param>
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money(decimal Amount, string Currency)
{
    /// <summary>The largest amount accepted, in major units.</summary>
    public const decimal Largest = 1_000_000_000m;

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(string currency) => new Money(0m, currency).Exact();

    /// <summary>
    /// The same amount with as many decimals as its currency has, where it has fewer: a row written with the event and one rebuilt from
    /// what was stored are then alike to the digit.
    /// </summary>
    public Money Exact() => Currencies.DecimalsOf(Currency) is { } decimals && decimals > Amount.Scale
        ? this with { Amount = Amount + new decimal(0, 0, 0, isNegative: false, (byte)decimals) }
        : this;

    /// <summary>The sum of two amounts of one currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ: a defect of the caller, never of its input.</exception>
    public static Money operator +(Money left, Money right) =>
        left.Currency == right.Currency
            ? left with { Amount = left.Amount + right.Amount }
            : throw new InvalidOperationException($"{left.Currency} and {right.Currency} cannot be added.");

    /// <summary>The amount with exactly the decimals of its currency, in digits: <c>20.00</c>, <c>2000</c>.</summary>
    public string Digits() => Amount.ToString($"F{Currencies.DecimalsOf(Currency) ?? 2}", CultureInfo.InvariantCulture);

    /// <summary>The amount as the old listing page prints it: <c>$20.00</c> for US dollars, <c>EUR 20.00</c> for the others.</summary>
    public override string ToString() => Currency == "USD" ? "$" + Digits() : $"{Currency} {Digits()}";
}

/// <summary>
/// Reads and writes <see cref="Money"/>. It refuses what a number would lose: amounts in quotes, more digits than a decimal holds,
/// missing, unknown and repeated members. Whether the currency exists and the amount fits it is the validators' business.
/// </summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    // One digit group of the largest amount plus any currency's decimals fits easily; longer literals would be rounded.
    private const int LongestLiteral = 24;

    /// <inheritdoc />
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("must be an object: {\"amount\": 27.11, \"currency\": \"USD\"}.");
        decimal? amount = null;
        string? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("amount"u8) && amount is null)
            {
                reader.Read();
                amount = ReadAmount(ref reader);
            }
            else if (reader.ValueTextEquals("currency"u8) && currency is null)
            {
                reader.Read();
                currency = reader.TokenType == JsonTokenType.String
                    ? reader.GetString()
                    : throw new JsonMemberException("currency", "must be a string of three letters, ISO 4217.");
            }
            else
            {
                throw new JsonMemberException(reader.GetString()!, "is unknown here or given more than once: money has one amount and one currency.");
            }
        }
        if (amount is null) throw new JsonMemberException("amount", "is required.");
        return new Money(amount.Value, currency ?? throw new JsonMemberException("currency", "is required.")).Exact();
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("amount"u8);
        writer.WriteRawValue(value.Digits(), skipInputValidation: true);
        writer.WriteString("currency"u8, value.Currency);
        writer.WriteEndObject();
    }

    private static decimal ReadAmount(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number)
            throw new JsonMemberException("amount", "must be a number, not in quotes.");
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        return length <= LongestLiteral && reader.TryGetDecimal(out var amount)
            ? amount
            : throw new JsonMemberException("amount", $"must be at most {LongestLiteral} characters long and in range.");
    }
}
