using Marketplace.Domain;
using Marketplace.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Marketplace.Tests.Identity;

/// <summary>The table decides alone: no token, no request, no database.</summary>
public class AccessRuleTests
{
    private static readonly AccessRule Offer = Access.Find("PUT", "/v1/sellers/{sellerId}/offers/{sku}")!;
    private static readonly AccessRule PricePoints = Access.Find("GET", "/v1/sellers/{sellerId}/offers/{sku}/price-history")!;
    private static readonly AccessRule Withdrawal = Access.Find("DELETE", "/v1/reviews/{reviewId}")!;
    private static readonly AccessRule Submission = Access.Find("POST", "/v1/products/{productId}/reviews")!;

    [Fact]
    public void A_seller_is_admitted_to_its_own_offers() =>
        Assert.Equal("seller:powells", Offer.Decide(Someone("powells", Role.Seller), Path("sellerId", "powells")).Caller?.Actor);

    [Theory]
    [InlineData("riverside")]
    [InlineData("Powells")]
    [InlineData("powell")]
    [InlineData("powellss")]
    public void A_seller_is_refused_at_anothers_offers(string sellerId) =>
        Assert.Equal((403, "not-own"), Refused(Offer.Decide(Someone("powells", Role.Seller), Path("sellerId", sellerId))));

    [Theory]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData(null)]
    public void A_path_that_names_nobody_is_malformed_and_nobodys(string? sellerId)
    {
        var (caller, refusal) = Offer.Decide(Someone("..", Role.Seller), Path("sellerId", sellerId));

        Assert.Null(caller);
        Assert.Equal(400, refusal!.Status);
        Assert.Equal(["sellerId"], refusal.Errors!.Keys);
    }

    [Fact]
    public void Every_role_that_no_row_names_is_refused()
    {
        foreach (var role in Enum.GetValues<Role>().Except([Role.Seller]))
            Assert.Equal((403, "role-required"), Refused(Offer.Decide(Someone("powells", role), Path("sellerId", "powells"))));
        Assert.Equal((403, "role-required"), Refused(Offer.Decide(Someone("powells"), Path("sellerId", "powells"))));
    }

    [Fact]
    public void Of_several_roles_the_first_that_fits_admits()
    {
        var both = Someone("powells", Role.Auditor, Role.Seller);

        Assert.Equal("seller:powells", PricePoints.Decide(both, Path("sellerId", "powells")).Caller?.Actor);
        Assert.Equal("auditor:powells", PricePoints.Decide(both, Path("sellerId", "riverside")).Caller?.Actor);
        Assert.Equal((403, "not-own"), Refused(PricePoints.Decide(Someone("powells", Role.Seller), Path("sellerId", "riverside"))));
    }

    [Fact]
    public void A_review_belongs_to_the_reviewer_in_its_id()
    {
        Assert.Equal("reviewer:ann", Withdrawal.Decide(Someone("ann", Role.Reviewer), Path("reviewId", "book~ann")).Caller?.Actor);
        Assert.Equal((403, "not-own"), Refused(Withdrawal.Decide(Someone("book", Role.Reviewer), Path("reviewId", "book~ann"))));
        Assert.Equal((400, "invalid"), Refused(Withdrawal.Decide(Someone("ann", Role.Reviewer), Path("reviewId", "ann"))));
    }

    [Fact]
    public void A_body_that_says_whose_it_is_is_asked_later()
    {
        Assert.Equal("reviewer:ann", Submission.Decide(Someone("ann", Role.Reviewer), Path("productId", "book")).Caller?.Actor);
        Assert.Equal("reviewerId", Submission.OwnerInBody("reviewer"));
        Assert.Null(Submission.OwnerInBody("moderator"));
        Assert.Null(Offer.OwnerInBody("seller"));
    }

    [Fact]
    public void Nobody_acts_in_a_role_where_anyone_may()
    {
        var caller = Access.Find("GET", "/v1/products")!.Decide(Someone("powells", Role.Seller), []).Caller!;

        Assert.Equal((null, "powells", "anonymous"), (caller.Role, caller.Subject, caller.Actor));
    }

    [Fact]
    public void An_operator_may_correct_beside_another_role()
    {
        var operating = Offer.Decide(Someone("powells", Role.Seller, Role.Operator), Path("sellerId", "powells")).Caller!;

        Assert.Equal("seller:powells", operating.Actor);
        Assert.True(Access.MayCorrect(operating));
        Assert.False(Access.MayCorrect(Offer.Decide(Someone("powells", Role.Seller), Path("sellerId", "powells")).Caller!));
        Assert.False(Access.MayCorrect(Caller.Anonymous));
    }

    [Fact]
    public void A_route_without_a_row_and_a_row_without_a_route_are_told_by_name()
    {
        var endpoints = Access.Rules.Skip(1).Select(rule => Endpoint(rule.Method, rule.Route)).Append(Endpoint("GET", "/v1/secrets")).ToArray();

        Assert.Equal(
            ["GET /v1/secrets is served and has no row in the table of access.", "GET /v1/products has a row in the table of access and is not served."],
            Access.Misfits(endpoints));
        Assert.Null(Access.Of((RouteEndpoint)endpoints[^1], "GET"));
    }

    [Fact]
    public void A_route_is_not_open_to_the_methods_of_another_row()
    {
        Assert.Null(Access.Of((RouteEndpoint)Endpoint("DELETE", "/v1/products"), "DELETE"));
        Assert.Contains("(any method)", Assert.Single(Access.Misfits(Access.Rules.Select(rule => Endpoint(rule.Method, rule.Route)).Append(Endpoint(null, "/v1/products")))));
    }

    // What decides by path must be a parameter of the path; what the path cannot say is asked of the body, which GET and DELETE do not have.
    [Fact]
    public void Every_row_can_be_decided()
    {
        foreach (var rule in Access.Rules)
            foreach (var grant in rule.Grants)
            {
                if (grant.Owner is Owner.PathParameter or Owner.ReviewerOfId) Assert.Contains($"{{{grant.Name}}}", rule.Route, StringComparison.Ordinal);
                if (grant.Owner == Owner.BodyMember) Assert.Contains(rule.Method, new[] { "POST", "PUT", "PATCH" });
                if (grant.Owner == Owner.Anybody) Assert.Null(grant.Name);
            }
        Assert.Equal(Access.Rules.Count, Access.Rules.Select(rule => (rule.Method, rule.Route)).Distinct().Count());
    }

    [Fact]
    public void Writes_are_open_to_nobody_without_a_token() =>
        Assert.Equal(["POST /v1/lowest-prices/query"], Access.Rules.Where(rule => rule.IsOpen && rule.Method != "GET").Select(rule => $"{rule.Method} {rule.Route}"));

    private static Bearer Someone(string subject, params Role[] roles) =>
        new(subject, roles.Aggregate(new RoleSet(), (set, role) => set.With(role)), DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    private static RouteValueDictionary Path(string name, string? value) => new() { [name] = value };

    private static (int Status, string Code) Refused((Caller? Caller, Refusal? Refusal) decided)
    {
        Assert.Null(decided.Caller);
        return (decided.Refusal!.Status, decided.Refusal.Code);
    }

    private static Endpoint Endpoint(string? method, string route)
    {
        var builder = new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse(route), 0);
        if (method is not null) builder.Metadata.Add(new HttpMethodMetadata([method]));
        return builder.Build();
    }
}
