using Microsoft.Net.Http.Headers;

namespace Marketplace.Http;

/// <summary>Reads the request header <c>Accept</c> (RFC 9110, 12.5.1).</summary>
public static class Accepts
{
    /// <summary>
    /// Whether the caller takes this media type: it names it, a range that holds it, or nothing at all. Of several ranges that hold it
    /// the most specific decides; with a weight of 0 it says no. A header that cannot be read is as none.
    /// </summary>
    public static bool Allows(HttpRequest request, string mediaType)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || !MediaTypeHeaderValue.TryParseList(header!, out var ranges)) return true;
        var wanted = new MediaTypeHeaderValue(mediaType);
        var best = ranges.Where(wanted.IsSubsetOf).MaxBy(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2);
        return best is not null && best.Quality != 0;
    }
}
