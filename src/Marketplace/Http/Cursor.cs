using System.Buffers.Text;
using System.Text.Json;

namespace Marketplace.Http;

/// <summary>
/// The opaque cursor of a list: the keys of the last item of a page, bound to the list it came from. It holds nothing that the page did not
/// show, and a forged one only starts the list elsewhere, so it needs no signature.
/// </summary>
public static class Cursor
{
    /// <summary>The most characters a cursor has.</summary>
    public const int MaxLength = 1000;

    /// <summary>The cursor after an item with these keys.</summary>
    public static string Encode(string list, params string[] keys) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes<string[]>([list, .. keys]));

    /// <summary>The keys in a cursor, or null when it is no cursor of this list.</summary>
    public static string[]? Decode(string text, string list, int keys)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text)) return null;
        try
        {
            var values = JsonSerializer.Deserialize<string?[]>(Base64Url.DecodeFromChars(text));
            return values is not null && values.Length == keys + 1 && values[0] == list && values.All(value => value is not null && !value.Contains('\0'))
                ? Array.ConvertAll(values[1..], value => value!)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
