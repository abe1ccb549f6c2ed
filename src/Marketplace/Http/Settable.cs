using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>A member of a merge patch: left out, set to a value, or set to null, which removes it (RFC 7396).</summary>
/// <param name="IsSet">Whether the patch names the member at all.</param>
/// <param name="Value">The value, or null to remove it.</param>
[JsonConverter(typeof(SettableJsonConverter))]
public readonly record struct Settable<T>(bool IsSet, T? Value) where T : struct;

/// <summary>Reads the members of a merge patch.</summary>
public sealed class SettableJsonConverter : JsonConverterFactory
{
    /// <inheritdoc />
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Settable<>);

    /// <inheritdoc />
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<Settable<T>> where T : struct
    {
        public override bool HandleNull => true;

        public override Settable<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null) return new Settable<T>(true, null);
            try
            {
                return new Settable<T>(true, Value(options).Read(ref reader, typeof(T), options));
            }
            catch (JsonMemberException e) when (e.AsFarAsRead is T value)
            {
                throw new JsonMemberException(e.Errors, new Settable<T>(true, value));
            }
        }

        public override void Write(Utf8JsonWriter writer, Settable<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);

        // Read by its converter, not by a second reading of its own: errors keep the path from the body's root.
        private static JsonConverter<T> Value(JsonSerializerOptions options) => (JsonConverter<T>)options.GetConverter(typeof(T));
    }
}
