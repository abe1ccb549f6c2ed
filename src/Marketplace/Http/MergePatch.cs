namespace Marketplace.Http;

/// <summary>
/// RFC 7396 merge patches: a member left out keeps its value, null removes it. The media type is told to routing as plain JSON, which it is.
/// </summary>
public static class MergePatch
{
    /// <summary>The media type of a merge patch.</summary>
    public const string MediaType = "application/merge-patch+json";

    /// <summary>Lets a PATCH with a merge patch's media type reach the endpoint that reads JSON.</summary>
    public static IApplicationBuilder UseMergePatch(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (HttpMethods.IsPatch(http.Request.Method) && http.Request.ContentType is { } type
            && type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) && (type.Length == MediaType.Length || type[MediaType.Length] is ';' or ' '))
            http.Request.ContentType = "application/json" + type[MediaType.Length..];
        return next(http);
    });
}
