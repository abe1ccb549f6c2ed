using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marten.Internal;

/// <summary>Reads values of no declared type (headers) as plain .NET values rather than as JSON elements.</summary>
internal sealed class PlainObjectConverter : JsonConverter<object>
{
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        JsonTokenType.Number => reader.TryGetInt64(out var whole) ? (object)whole : reader.GetDouble(),
        // As the package does: what looks like a date comes back as one.
        JsonTokenType.String => reader.TryGetDateTime(out var moment) ? moment : reader.GetString(),
        _ => JsonElement.ParseValue(ref reader),
    };

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
