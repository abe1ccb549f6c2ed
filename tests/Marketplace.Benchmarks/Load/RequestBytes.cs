using System.Text;

namespace Marketplace.Benchmarks.Load;

/// <summary>The bytes of a plan's requests, laid out once; sending one is a copy and five digits.</summary>
internal sealed class RequestBytes
{
    private readonly (byte[] Bytes, int Price)[] _requests;

    public RequestBytes(string[] requests)
    {
        _requests = Array.ConvertAll(requests, request =>
            (Encoding.UTF8.GetBytes(request), request.IndexOf(LoadPlan.PriceMark, StringComparison.Ordinal)));
        Longest = _requests.Max(request => request.Bytes.Length);
    }

    public int Count => _requests.Length;

    public int Longest { get; }

    /// <summary>Puts a request into a buffer, with a price from 10.00 to 99.99 where it has room for one; returns its length.</summary>
    public int Write(int index, Random random, Span<byte> buffer)
    {
        var (bytes, price) = _requests[index];
        bytes.CopyTo(buffer);
        if (price >= 0)
        {
            var cents = random.Next(1000, 10_000);
            buffer[price] = (byte)('0' + (cents / 1000));
            buffer[price + 1] = (byte)('0' + (cents / 100 % 10));
            buffer[price + 2] = (byte)'.';
            buffer[price + 3] = (byte)('0' + (cents / 10 % 10));
            buffer[price + 4] = (byte)('0' + (cents % 10));
        }

        return bytes.Length;
    }
}
