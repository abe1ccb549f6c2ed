using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Feeds;

/// <summary>Why an upload, or a question about a feed, is refused.</summary>
public static class FeedRefusals
{
    /// <summary>400: there is no line.</summary>
    public static Refusal Empty { get; } = Refusal.Invalid("$", "the upload is empty; a feed has at least one line.");

    /// <summary>413: the lines.</summary>
    public static Refusal TooManyLines { get; } =
        new(413, "too-large", $"The feed has more than {FeedLimits.MostLines} lines; send the rest as another feed.");

    /// <summary>413: the bytes.</summary>
    public static Refusal TooManyBytes { get; } =
        new(413, "too-large", $"The feed has more than {FeedLimits.MostBytes} bytes; send the rest as another feed.");

    /// <summary>415: the media type.</summary>
    public static Refusal WrongType { get; } = new(415, "unsupported-media-type", $"A feed must be {Ndjson.MediaType} in UTF-8, one change a line.");

    /// <summary>415: the body is compressed.</summary>
    public static Refusal Encoded { get; } = new(415, "unsupported-media-type", "A feed must be sent without Content-Encoding.");

    /// <summary>404.</summary>
    public static Refusal Unknown { get; } = Refusal.NotFound("The seller has no feed with this id, or its results are no longer kept.");

    /// <summary>429: feeds.</summary>
    public static Refusal TooManyFeeds(long most) =>
        new(429, "too-many-feeds", $"The seller has {most} feeds that are not finished, the most there may be; send this one when one of them is done.")
        {
            RetryAfterSeconds = 5,
        };

    /// <summary>429: uploads.</summary>
    public static Refusal TooManyUploads { get; } =
        new(429, "too-many-uploads", "Too many feeds are being uploaded at once; send this one a little later.") { RetryAfterSeconds = 1 };

    /// <summary>408.</summary>
    public static Refusal TooSlow(long seconds) =>
        new(408, "too-slow", $"The upload took longer than {seconds} seconds; send a smaller feed, or send it faster.");

    /// <summary>400: a header that says of a change what the lines of a feed say themselves.</summary>
    public static Refusal NotForFeeds(IEnumerable<string> headers) => new(400, "invalid", "The request's headers are not valid.",
        headers.ToDictionary(name => name, _ => new[] { "is not for feeds: what a feed records has the cause feed, and each line its own reason." }));
}
