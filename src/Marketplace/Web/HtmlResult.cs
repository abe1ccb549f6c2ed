using System.Globalization;
using System.Text;
using Marketplace.Http;

namespace Marketplace.Web;

/// <summary>
/// A page or a picture as the answer, with a policy of its own that forbids scripts and other sites; the rest of what a browser needs to be
/// told is on every answer (<see cref="SecurityHeaders"/>).
/// </summary>
public sealed class HtmlResult : IResult, IStatusCodeHttpResult
{
    private readonly Html _markup;
    private readonly string _contentType;
    private readonly string _policy;
    private readonly int _status;

    private HtmlResult(Html markup, string contentType, string policy, int status) =>
        (_markup, _contentType, _policy, _status) = (markup, contentType, policy, status);

    /// <summary>The position through which what is shown is complete; null when nothing was read.</summary>
    public long? Position { get; init; }

    /// <inheritdoc />
    public int? StatusCode => _status;

    /// <summary>A page.</summary>
    public static HtmlResult Page(Html markup, int status = StatusCodes.Status200OK, long? position = null) =>
        new(markup, "text/html; charset=utf-8", Style.PagePolicy, status) { Position = position };

    /// <summary>A picture.</summary>
    public static HtmlResult Svg(Html markup, long position) =>
        new(markup, "image/svg+xml; charset=utf-8", Style.ChartPolicy, StatusCodes.Status200OK) { Position = position };

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.ContentType = _contentType;
        response.Headers.ContentSecurityPolicy = _policy;
        response.Headers.CacheControl = "no-cache";
        if (Position is { } position)
            response.Headers[ContractHeaders.Position] = position.ToString(CultureInfo.InvariantCulture);

        var body = Encoding.UTF8.GetBytes(_markup.ToString());
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
