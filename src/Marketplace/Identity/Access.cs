using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Marketplace.Identity;

/// <summary>
/// Who may use which route: the one table. Requests are admitted by it, the OpenAPI document and docs/authorization.md are made from it, and
/// the program does not start with a route that is missing here or a row that has no route.
/// </summary>
public static class Access
{
    /// <summary>The table, in the order of the page in the docs.</summary>
    public static IReadOnlyList<AccessRule> Rules { get; } =
    [
        Anyone("GET", "/v1/products"),
        Only("PUT", "/v1/products/{productId}", new Grant(Role.Catalog)),
        Anyone("GET", "/v1/products/{productId}"),
        Anyone("GET", "/v1/products/{productId}/offers"),
        Anyone("GET", "/v1/products/{productId}/lowest-prices"),
        Anyone("POST", "/v1/lowest-prices/query"),
        Anyone("GET", "/v1/products/{productId}/price-history"),
        Anyone("GET", "/v1/products/{productId}/price-history.svg"),

        Anyone("GET", "/v1/sellers/{sellerId}/offers"),
        Only("PUT", "/v1/sellers/{sellerId}/offers/{sku}", OwnSeller),
        Anyone("GET", "/v1/sellers/{sellerId}/offers/{sku}"),
        Only("PATCH", "/v1/sellers/{sellerId}/offers/{sku}", OwnSeller),
        Only("DELETE", "/v1/sellers/{sellerId}/offers/{sku}", OwnSeller),
        Only("POST", "/v1/sellers/{sellerId}/offers/{sku}/pause", OwnSeller),
        Only("POST", "/v1/sellers/{sellerId}/offers/{sku}/resume", OwnSeller),
        Only("GET", "/v1/sellers/{sellerId}/offers/{sku}/price-history", OwnSeller, new Grant(Role.Auditor)),

        Only("GET", "/v1/sellers/{sellerId}/feeds", OwnSeller),
        Only("POST", "/v1/sellers/{sellerId}/feeds", OwnSeller),
        Only("GET", "/v1/sellers/{sellerId}/feeds/{feedId}", OwnSeller),
        Only("DELETE", "/v1/sellers/{sellerId}/feeds/{feedId}", OwnSeller),
        Only("GET", "/v1/sellers/{sellerId}/feeds/{feedId}/results", OwnSeller),

        Only("POST", "/v1/products/{productId}/reviews", new Grant(Role.Reviewer, Owner.BodyMember, "reviewerId")),
        Anyone("GET", "/v1/products/{productId}/reviews"),
        Anyone("GET", "/v1/products/{productId}/reviews/summary"),
        Anyone("GET", "/v1/reviews/{reviewId}"),
        Only("DELETE", "/v1/reviews/{reviewId}", new Grant(Role.Reviewer, Owner.ReviewerOfId, "reviewId")),
        Only("PUT", "/v1/reviews/{reviewId}/votes/{voterId}", new Grant(Role.Reviewer, Owner.PathParameter, "voterId")),
        Only("POST", "/v1/reviews/{reviewId}/hide", new Grant(Role.Moderator)),
        Only("POST", "/v1/reviews/{reviewId}/restore", new Grant(Role.Moderator)),

        Only("GET", "/v1/audit/streams/{streamKey}", new Grant(Role.Auditor)),
        Only("GET", "/v1/audit/events", new Grant(Role.Auditor)),

        Only("GET", "/v1/operations/projections", new Grant(Role.Operator)),
        Only("POST", "/v1/operations/rebuild/{name}", new Grant(Role.Operator)),

        Only("GET", "/metrics", new Grant(Role.Operator)),

        Anyone("GET", "/health/live"),
        Anyone("GET", "/health/ready"),
        Anyone("GET", "/openapi/v1.json"),
        Anyone("GET", "/"),
        Anyone("GET", "/products/{productId}"),
    ];

    private static readonly FrozenDictionary<(string Method, string Route), AccessRule> ByRoute =
        Rules.ToFrozenDictionary(rule => (rule.Method, Normal(rule.Route)));

    private static readonly ConcurrentDictionary<(RouteEndpoint, string), AccessRule?> ByEndpoint = new();

    private static Grant OwnSeller => new(Role.Seller, Owner.PathParameter, "sellerId");

    /// <summary>Whether a caller may say that a fact holds from another time, or corrects one: beside the role that the route asks for.</summary>
    public static bool MayCorrect(Caller caller) => caller.Held.Contains(Role.Operator);

    /// <summary>The rule of a route, or null when it has none.</summary>
    public static AccessRule? Find(string method, string pattern) => ByRoute.GetValueOrDefault((method, Normal(pattern)));

    /// <summary>The rule of an endpoint, or null when it has none: then nobody may use it.</summary>
    public static AccessRule? Of(RouteEndpoint endpoint, string method) =>
        ByEndpoint.GetOrAdd((endpoint, method), key => Find(key.Item2, key.Item1.RoutePattern.RawText ?? ""));

    /// <summary>Routes without a row and rows without a route, as sentences; none when table and program fit.</summary>
    public static IReadOnlyList<string> Misfits(IEnumerable<Endpoint> endpoints)
    {
        var served = endpoints.OfType<RouteEndpoint>().SelectMany(Routes).ToHashSet();
        return
        [
            .. served.Except(ByRoute.Keys).Select(route => $"{route.Method} /{route.Route} is served and has no row in the table of access.").Order(),
            .. ByRoute.Keys.Except(served).Select(route => $"{route.Method} /{route.Route} has a row in the table of access and is not served.").Order(),
        ];
    }

    /// <summary>Stops the start of a program whose routes and table do not fit.</summary>
    /// <exception cref="InvalidOperationException">They do not; the message names every route.</exception>
    public static void RequireRules(this IEndpointRouteBuilder app)
    {
        var misfits = Misfits(app.DataSources.SelectMany(source => source.Endpoints));
        if (misfits.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, misfits));
    }

    private static IEnumerable<(string Method, string Route)> Routes(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["(any method)"])
            .Select(method => (method, Normal(endpoint.RoutePattern.RawText ?? "")));

    private static AccessRule Anyone(string method, string route) => new(method, route, []);

    private static AccessRule Only(string method, string route, params Grant[] grants) => new(method, route, grants);

    private static string Normal(string pattern) => pattern.Trim('/');
}
