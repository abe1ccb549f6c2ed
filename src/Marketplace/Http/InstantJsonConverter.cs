using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Storage;

namespace Marketplace.Http;

/// <summary>Instants as ISO 8601 UTC with <c>Z</c> to the microsecond; read with any offset.</summary>
public sealed class InstantJsonConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Query.TryInstant(reader.GetString()!, out var instant)
            ? instant
            : throw new JsonException("An instant in ISO 8601 with an offset is expected, such as 2026-01-31T12:00:00Z.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(EventFacts.Format(value));
}
