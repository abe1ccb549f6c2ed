using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain;

/// <summary>
/// The words of an enum: how its members are written in JSON, columns and query strings, always in exactly this spelling.
/// </summary>
public static class Word
{
    /// <summary>The word of a member: <c>zShops</c>, <c>like_new</c>.</summary>
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum => Words<TEnum>.ByValue[value];

    /// <summary>The member a word names, or null when it names none; the case counts.</summary>
    public static TEnum? Parse<TEnum>(string? word) where TEnum : struct, Enum =>
        word is not null && Words<TEnum>.ByWord.TryGetValue(word, out var value) ? value : null;

    /// <summary>All words of an enum in the order of its declaration, separated by commas, for error texts.</summary>
    public static string All<TEnum>() where TEnum : struct, Enum => string.Join(", ", Words<TEnum>.ByValue.OrderBy(p => p.Key).Select(p => p.Value));

    private static class Words<TEnum> where TEnum : struct, Enum
    {
        public static readonly FrozenDictionary<TEnum, string> ByValue = Enum.GetValues<TEnum>().ToFrozenDictionary(v => v, Spelling);
        public static readonly FrozenDictionary<string, TEnum> ByWord = ByValue.ToFrozenDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);

        private static string Spelling(TEnum value) =>
            typeof(TEnum).GetField(value.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.ToString();
    }
}

/// <summary>
/// Reads and writes every enum of this program by its <see cref="Word"/>, strictly: no numbers, no other case.
/// The framework's own converter reads names without regard to case.
/// </summary>
public sealed class WordJsonConverter : JsonConverterFactory
{
    /// <inheritdoc />
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum && typeToConvert.Assembly == typeof(Word).Assembly;

    /// <inheritdoc />
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    private sealed class Of<TEnum> : JsonConverter<TEnum> where TEnum : struct, Enum
    {
        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (reader.TokenType == JsonTokenType.String ? Word.Parse<TEnum>(reader.GetString()) : null)
            ?? throw new JsonException($"One of {Word.All<TEnum>()} is expected, in exactly this spelling.");

        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) => writer.WriteStringValue(Word.Of(value));
    }
}
