using System.Text.Json.Nodes;
using Marketplace.Domain;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.HttpTests.Identity;

/// <summary>Every route the application really serves, tried by nobody, by every role, on its own and on another's resource.</summary>
public class AccessTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    private const string Mine = "mine";
    private const string Theirs = "theirs";

    private IEnumerable<(string Method, string Route)> Served =>
        from endpoint in app.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select (method, "/" + endpoint.RoutePattern.RawText!.Trim('/'));

    [Fact]
    public void Every_route_has_a_rule_and_every_rule_a_route()
    {
        Assert.True(Served.Count() > 30);
        Assert.Empty(Access.Misfits(app.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints));
    }

    [Fact]
    public async Task Every_role_may_on_every_route_what_the_table_says_and_no_more()
    {
        foreach (var (method, route) in Served)
        {
            var rule = Access.Find(method, route)!;
            var anonymous = await SendAsync(app.Api.Anonymous, method, route, Theirs);
            if (rule.IsOpen) Admitted(anonymous, $"nobody {method} {route}");
            else Challenged(anonymous, $"nobody {method} {route}");
            foreach (var role in Enum.GetValues<Role>())
            {
                var grants = rule.Grants.Where(grant => grant.Role == role).ToArray();
                foreach (var owner in new[] { Mine, Theirs })
                {
                    var who = $"{Word.Of(role)}:{Mine} {method} {route} of {owner}";
                    var answer = await SendAsync(app.Api.As(Mine, role), method, route, owner);
                    if (rule.IsOpen || grants.Any(grant => grant.Owner == Owner.Anybody || owner == Mine)) Admitted(answer, who);
                    else Forbidden(answer, grants.Length > 0 ? "not-own" : "role-required", who);
                }
            }
        }
    }

    // The endpoint's own word on what does not exist is as good as any other: the caller got through to it.
    private static void Admitted(Answered answer, string who) => Assert.True(answer.Status is < 400 or 400 or 404 or 409 or 415, $"{who}: {answer.Status} {answer.Body}");

    private static void Challenged(Answered answer, string who)
    {
        Assert.True(answer.Status == 401, $"{who}: {answer.Status} {answer.Body}");
        Assert.Equal("Bearer realm=\"marketplace\"", answer.Headers["WWW-Authenticate"]);
        answer.ShouldBeProblem(401);
    }

    private static void Forbidden(Answered answer, string code, string who)
    {
        Assert.True(answer.Status == 403, $"{who}: {answer.Status} {answer.Body}");
        Assert.Equal($"urn:marketplace:problem:{code}", (string?)answer.ShouldBeProblem(403).Json["type"]);
    }

    private static Task<Answered> SendAsync(Api api, string method, string route, string owner)
    {
        var url = route.Replace("{sellerId}", owner).Replace("{voterId}", owner).Replace("{reviewId}", $"book~{owner}").Replace("{name}", "Nothing")
            .Replace("{streamKey}", "product%2Fbook").Replace("{", "").Replace("}", "");
        var body = method switch
        {
            "GET" or "DELETE" => null,
            _ when route.EndsWith("/reviews", StringComparison.Ordinal) => $$"""{"reviewerId":"{{owner}}","rating":4,"title":"Good","body":"Short."}""",
            _ when route.EndsWith("/pause", StringComparison.Ordinal) || route.EndsWith("/resume", StringComparison.Ordinal) || route.Contains("/rebuild/")
                || route.EndsWith("/restore", StringComparison.Ordinal) => null,
            _ => "{}",
        };
        return api.SendAsync(method, url, body);
    }
}
