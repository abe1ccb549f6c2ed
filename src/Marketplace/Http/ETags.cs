using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Http;

/// <summary>
/// Entity tags: a resource's version in quotes (<c>"3"</c>). A composed page, whose tag must cover more than one stream, puts a digest
/// behind the version of the stream its writes go to (<c>"3-9f86d081884c7d65"</c>), so that its tag, too, can guard a write.
/// </summary>
public static class ETags
{
    /// <summary>The tag of a version.</summary>
    public static string Of(long version) => $"\"{version}\"";

    /// <summary>The tag of a page that a digest covers, on top of a version that guards its writes.</summary>
    public static string Of(long version, ReadOnlySpan<byte> content) => $"\"{version}-{Digest(content)}\"";

    /// <summary>The tag of an answer that only a digest tells from others; it names no version and guards no write.</summary>
    public static string OfContent(ReadOnlySpan<byte> content) => $"\"content-{Digest(content)}\"";

    /// <summary>Whether a read may answer 304: the client names this tag, weakly compared (RFC 9110, 13.1.2).</summary>
    public static bool IsKnown(StringValues ifNoneMatch, string etag) =>
        ifNoneMatch.Count > 0 && EntityTagHeaderValue.TryParseList(ifNoneMatch!, out var tags)
        && tags.Any(tag => tag.Tag == "*" || tag.Tag == etag);

    /// <summary>Whether a request has a condition at all.</summary>
    public static bool AreNamed(IHeaderDictionary headers) => headers.IfMatch.Count > 0 || headers.IfNoneMatch.Count > 0;

    /// <summary>
    /// The condition that <c>If-Match</c> and <c>If-None-Match</c> put on a write, on the version it meets (null: nothing is stored);
    /// null when there is none.
    /// </summary>
    /// <returns>False when a header is not a list of entity tags.</returns>
    public static bool TryPrecondition(IHeaderDictionary headers, out Func<long?, bool>? precondition, out string? badHeader)
    {
        precondition = null;
        badHeader = null;
        if (!TryRead(headers.IfMatch, out var match)) badHeader = HeaderNames.IfMatch;
        if (!TryRead(headers.IfNoneMatch, out var noneMatch)) badHeader = HeaderNames.IfNoneMatch;
        if (badHeader is not null) return false;
        if (match is null && noneMatch is null) return true;
        precondition = version =>
            (match is null || match.Any(tag => Names(tag, version, strong: true)))
            && (noneMatch is null || !noneMatch.Any(tag => Names(tag, version, strong: false)));
        return true;
    }

    // Eight bytes of SHA-256 tell versions of one page apart; it is no secret and no signature.
    private static string Digest(ReadOnlySpan<byte> content) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content).AsSpan(0, 8));

    private static bool TryRead(StringValues header, out IList<EntityTagHeaderValue>? tags)
    {
        tags = null;
        return header.Count == 0 || (EntityTagHeaderValue.TryParseStrictList(header!, out tags) && tags.Count > 0 && tags.All(IsPrintable));
    }

    private static bool IsPrintable(EntityTagHeaderValue tag) => !tag.Tag.AsSpan().ContainsAnyInRange('\0', ' ');

    private static bool Names(EntityTagHeaderValue tag, long? version, bool strong)
    {
        if (version is null) return false;
        if (tag.Tag == "*") return true;
        if (strong && tag.IsWeak) return false;
        var text = tag.Tag.AsSpan().Trim('"');
        var digest = text.IndexOf('-');
        return long.TryParse(digest < 0 ? text : text[..digest], System.Globalization.NumberStyles.None, null, out var named) && named == version;
    }
}
