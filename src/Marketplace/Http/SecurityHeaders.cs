using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Http;

/// <summary>
/// The headers that tell browsers and caches to trust an answer no further than they must, on every answer of the program: JSON, pages,
/// pictures, files of the documentation, refusals. What an answer says of itself (a page's own policy, its freshness) is left as it is.
/// </summary>
public sealed class SecurityHeaders
{
    /// <summary>The setting for how long browsers are to insist on HTTPS, in seconds; 0 leaves the header out.</summary>
    public const string StrictTransportSetting = "Security:StrictTransportSeconds";

    /// <summary>A year, without the setting.</summary>
    public const int DefaultStrictTransportSeconds = 31_536_000;

    /// <summary>The policy of an answer that has none of its own: nothing may be loaded, run or framed.</summary>
    public const string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The policy of the API's documentation: its own scripts and styles, requests to this program, nothing else.</summary>
    public const string DocumentationPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly RequestDelegate _next;
    private readonly Func<object, Task> _set;
    private readonly string? _strictTransport;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InvalidOperationException">The setting is no whole number of 0 or more.</exception>
    public SecurityHeaders(RequestDelegate next, IConfiguration configuration)
    {
        var seconds = configuration.GetValue(StrictTransportSetting, DefaultStrictTransportSeconds);
        if (seconds < 0) throw new InvalidOperationException($"{StrictTransportSetting} is {seconds}; it must be 0 or more.");
        _next = next;
        _set = state => Set((HttpContext)state);
        _strictTransport = seconds == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"max-age={seconds}");
    }

    /// <summary>Runs the rest of the pipeline; the headers are set when the answer starts, whatever has become of it by then.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        http.Response.OnStarting(_set, http);
        return _next(http);
    }

    private Task Set(HttpContext http)
    {
        var (request, headers) = (http.Request, http.Response.Headers);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = request.Path.StartsWithSegments("/swagger") ? DocumentationPolicy : Policy;
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
        if (request.Headers.Authorization.Count > 0)
        {
            // What a caller with a token was told is for that caller: no cache on the way may keep it for another.
            headers.Append(HeaderNames.Vary, HeaderNames.Authorization);
            if (headers.CacheControl == "no-cache") headers.CacheControl = "private, no-cache";
        }
        if (_strictTransport is not null && request.IsHttps) headers.StrictTransportSecurity = _strictTransport;
        return Task.CompletedTask;
    }
}
