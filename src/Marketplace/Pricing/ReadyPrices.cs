using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Marketplace.Http;
using Marketplace.Storage;

namespace Marketplace.Pricing;

/// <summary>
/// A product's lowest prices, ready to be answered: everything but the position and the instant, which differ from answer to answer. It is the
/// JSON of <see cref="LowestPrices"/>, byte for byte.
/// </summary>
public sealed class ReadyPrices
{
    private const string BeforeInstant = ",\"asOf\":\"";
    private const int InstantLength = 27;
    private const int MostDigits = 20;

    private readonly byte[] _head;
    private readonly byte[] _tail;

    private ReadyPrices(byte[] head, byte[] tail, string etag) => (_head, _tail, ETag) = (head, tail, etag);

    /// <summary>The entity tag of the items, in quotes.</summary>
    public string ETag { get; }

    /// <summary>How many bytes it holds in memory, about.</summary>
    public int Size => _head.Length + _tail.Length;

    /// <summary>The most bytes that an answer has.</summary>
    public int MostBytes => _head.Length + MostDigits + BeforeInstant.Length + InstantLength + _tail.Length;

    /// <summary>Makes a product's prices ready.</summary>
    public static ReadyPrices Of(LowestPrices prices, JsonSerializerOptions json)
    {
        var head = $"{{\"productId\":{JsonSerializer.Serialize(prices.ProductId, json)},\"position\":";
        var tail = $"\",\"items\":{JsonSerializer.Serialize(prices.Items, json)}}}";
        return new ReadyPrices(Bytes(head), Bytes(tail), ETags.OfContent(prices.Content()));
    }

    /// <summary>The answer, complete through the position of a look and holding for its instant.</summary>
    public byte[] Answer(Look look)
    {
        Span<byte> digits = stackalloc byte[MostDigits];
        Utf8Formatter.TryFormat(look.Complete, digits, out var length);
        var answer = GC.AllocateUninitializedArray<byte>(MostBytes - MostDigits + length);
        Write(answer, look);
        return answer;
    }

    /// <summary>Writes the answer into a span of at least <see cref="MostBytes"/>.</summary>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> to, Look look)
    {
        _head.CopyTo(to);
        Utf8Formatter.TryFormat(look.Complete, to[_head.Length..], out var at);
        at += _head.Length;
        ",\"asOf\":\""u8.CopyTo(to[at..]);
        at += BeforeInstant.Length;
        look.At.UtcDateTime.TryFormat(to[at..], out var written, EventFacts.InstantFormat, CultureInfo.InvariantCulture);
        at += written;
        _tail.CopyTo(to[at..]);
        return at + _tail.Length;
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
