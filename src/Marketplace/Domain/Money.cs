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
        var (amounts, currencies) = (0, 0);
        List<MemberError>? errors = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            MemberError? error;
            if (reader.ValueTextEquals("amount"u8)) error = ++amounts > 1 ? Repeated(ref reader, "amount") : ReadAmount(ref reader, out amount);
            else if (reader.ValueTextEquals("currency"u8)) error = ++currencies > 1 ? Repeated(ref reader, "currency") : ReadCurrency(ref reader, out currency);
            else error = Unknown(ref reader);
            if (error is not null) (errors ??= []).Add(error);
        }
        if (amounts == 0) (errors ??= []).Add(new MemberError(ErrorCodes.Missing, "amount", "is required."));
        if (currencies == 0) (errors ??= []).Add(new MemberError(ErrorCodes.Missing, "currency", "is required."));
        var money = new Money(amount ?? 0m, currency ?? "").Exact();
        return errors is null ? money : throw new JsonMemberException(errors, money);
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

    private static MemberError? ReadAmount(ref Utf8JsonReader reader, out decimal? amount)
    {
        amount = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number)
        {
            reader.TrySkip();
            return new MemberError(ErrorCodes.WrongType, "amount", "must be a number, not in quotes.");
        }
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length > LongestLiteral || !reader.TryGetDecimal(out var read))
            return new MemberError(ErrorCodes.OutOfRange, "amount", $"must be at most {LongestLiteral} characters long and in range.");
        amount = read;
        return null;
    }

    private static MemberError? ReadCurrency(ref Utf8JsonReader reader, out string? currency)
    {
        reader.Read();
        currency = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (currency is not null) return null;
        reader.TrySkip();
        return new MemberError(ErrorCodes.WrongType, "currency", "must be a string of three letters, ISO 4217.");
    }

    private static MemberError Repeated(ref Utf8JsonReader reader, string member)
    {
        Pass(ref reader);
        return new MemberError(ErrorCodes.RepeatedMember, member, "is given more than once.");
    }

    private static MemberError Unknown(ref Utf8JsonReader reader)
    {
        var name = reader.GetString()!;
        Pass(ref reader);
        return new MemberError(ErrorCodes.UnknownMember, name, "is not a member known here: money has an amount and a currency.");
    }

    private static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.TrySkip();
    }
}
