namespace Marketplace.Http;

/// <summary>
/// Marks an endpoint that answers people in HTML: it says itself, in a page, what is wrong with a path or a query, and passes over
/// parameters it does not know, as links from elsewhere carry them. <see cref="RequestShape"/> leaves its path and query to it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PageForReadersAttribute : Attribute;
