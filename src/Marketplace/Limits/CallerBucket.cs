using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Marketplace.Identity;

namespace Marketplace.Limits;

/// <summary>
/// The bucket that a request is counted in: of the caller's subject, or of its network address when it has no valid token. There are only so many
/// buckets, whoever calls from wherever; two callers may therefore share one, and which ones do is different in every process.
/// </summary>
/// <param name="IsKnown">Whether the caller has a valid token; those who have none never share with those who have one.</param>
/// <param name="Number">0 to the number of buckets, exclusive.</param>
public readonly record struct CallerBucket(bool IsKnown, int Number)
{
    /// <summary>The bucket of a request.</summary>
    /// <param name="bearer">Who bears the request's token; null without a valid one.</param>
    /// <param name="address">Where the request came from; null in memory.</param>
    /// <param name="buckets">How many buckets there are.</param>
    public static CallerBucket Of(Bearer? bearer, IPAddress? address, long buckets) =>
        bearer is not null ? new(true, Slot(string.GetHashCode(bearer.Subject), buckets)) : new(false, Slot(HashOf(address), buckets));

    // The runtime seeds these hashes anew for every process: nobody can choose whose bucket to fill.
    private static int Slot(int hash, long buckets) => (int)((uint)hash % buckets);

    private static int HashOf(IPAddress? address)
    {
        if (address is null) return 0;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        // A network of 64 bits is what one subscriber has; whoever has it can take any address in it.
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? HashCode.Combine(6, BinaryPrimitives.ReadInt64BigEndian(bytes))
            : HashCode.Combine(4, BinaryPrimitives.ReadInt32BigEndian(bytes));
    }
}
