using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Weasel.Core;

namespace Marten.Internal;

/// <summary>The JSON of stored events and headers.</summary>
internal sealed class EventJson
{
    private readonly JsonSerializerOptions _write;
    private readonly JsonSerializerOptions _read;

    public EventJson(JsonSerializerOptions? options, EnumStorage enumStorage, Casing casing, Action<JsonSerializerOptions>? configure)
    {
        _write = new JsonSerializerOptions(options ?? JsonSerializerOptions.Default);
        _read = new JsonSerializerOptions(options ?? JsonSerializerOptions.Default);
        _read.Converters.Add(new PlainObjectConverter());
        foreach (var each in new[] { _write, _read })
        {
            each.PropertyNamingPolicy = casing switch
            {
                Casing.CamelCase => JsonNamingPolicy.CamelCase,
                Casing.SnakeCase => JsonNamingPolicy.SnakeCaseLower,
                _ => null,
            };
            if (enumStorage == EnumStorage.AsString)
            {
                each.Converters.Add(new JsonStringEnumConverter());
            }

            configure?.Invoke(each);
            each.TypeInfoResolver ??= new DefaultJsonTypeInfoResolver();
        }
    }

    public JsonTypeInfo WriterFor(Type type) => _write.GetTypeInfo(type);

    public JsonTypeInfo ReaderFor(Type type) => _read.GetTypeInfo(type);

    public byte[] Write(object value, JsonTypeInfo type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    public byte[] WriteHeaders(Dictionary<string, object> headers) => JsonSerializer.SerializeToUtf8Bytes(headers, _write);

    public Dictionary<string, object>? ReadHeaders(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Dictionary<string, object>>(json, _read);
}
