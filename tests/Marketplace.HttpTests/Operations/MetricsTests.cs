using System.Text.RegularExpressions;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Identity;
using Marketplace.Tests.Metrics;

namespace Marketplace.HttpTests.Operations;

public sealed partial class MetricsTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private Api Api => app.Api;

    [Fact]
    public async Task Metrics_are_an_operators_and_in_the_text_format()
    {
        var answer = (await Api.GetAsync("/metrics")).ShouldBe(200);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        var families = PrometheusText.Read(answer.Body);
        foreach (var begin in new[] { "http_server_", "db_client_", "dotnet_", "marketplace_" }) Assert.Contains(families.Keys, name => name.StartsWith(begin));
        (await Api.Anonymous.GetAsync("/metrics")).ShouldBeProblem(401);
        (await Api.As("powells", Role.Seller, Role.Auditor).GetAsync("/metrics")).ShouldBeProblem(403);
    }

    [Fact]
    public async Task Commands_and_events_are_counted_by_outcome()
    {
        var (_, seller, offer) = await Api.OfferAsync();
        var before = await ReadAsync();
        (await Api.PatchAsync(offer, new { price = new { amount = 15m, currency = "USD" }, quantity = 9 })).ShouldBe(200);
        (await Api.PatchAsync(offer, new { quantity = 9 })).ShouldBe(200);
        (await Api.PostAsync($"{offer}/resume")).ShouldBe(200);
        (await Api.DeleteAsync(offer)).ShouldBe(204);
        (await Api.PatchAsync(offer, new { quantity = 9 })).ShouldBeProblem(409);
        var after = await ReadAsync();

        double Grown(string name, params (string, string)[] labels) => after[name].Value(labels) - (before.TryGetValue(name, out var family) ? family.Value(labels) : 0);
        Assert.Equal(2, Grown("marketplace_commands_total", ("stream", "offer"), ("outcome", "recorded")));
        Assert.Equal(2, Grown("marketplace_commands_total", ("stream", "offer"), ("outcome", "unchanged")));
        Assert.Equal(1, Grown("marketplace_commands_total", ("stream", "offer"), ("outcome", "refused")));
        Assert.Equal(3, Grown("marketplace_events_recorded_total", ("stream", "offer")));
        Assert.DoesNotContain(after.Values.SelectMany(family => family.Samples).SelectMany(sample => sample.Labels.Values), value => value.Contains(seller));
    }

    [Fact]
    public async Task A_replayed_write_is_counted()
    {
        var (_, _, offer) = await Api.OfferAsync();
        var key = ("Idempotency-Key", $"metrics-{Guid.NewGuid():N}");
        (await Api.PatchAsync(offer, new { quantity = 4 }, key)).ShouldBe(200);
        var before = await ReadAsync();
        (await Api.PatchAsync(offer, new { quantity = 4 }, key)).ShouldBe(200);

        Assert.Equal(1, (await ReadAsync())["marketplace_idempotency_replays_total"].Value()
            - (before.TryGetValue("marketplace_idempotency_replays_total", out var family) ? family.Value() : 0));
    }

    [Fact]
    public async Task Requests_are_timed_by_route_and_never_by_address()
    {
        var (product, _, _) = await Api.OfferAsync();
        (await Api.GetAsync($"/v1/products/{product}")).ShouldBe(200);

        var durations = (await ReadAsync())["http_server_request_duration_seconds"];

        Assert.True(durations.Value(("http_route", "/v1/products/{productId}"), ("http_request_method", "GET"), ("le", "+Inf")) >= 1);
        Assert.DoesNotContain(durations.Samples.SelectMany(sample => sample.Labels.Values), value => value.Contains(product));
        Assert.Contains("0.0005", durations.Samples.Select(sample => sample.Labels.GetValueOrDefault("le")));
    }

    [Fact]
    public async Task The_log_and_every_read_model_tell_how_far_they_are()
    {
        await Api.NewProductAsync();
        await app.CatchUpAsync();
        var families = await ReadAsync();
        var progress = (await Api.GetAsync("/v1/operations/projections")).ShouldBe(200);

        Assert.Equal(1, families["marketplace_database_reachable"].Value());
        Assert.Equal(progress.Position, families["marketplace_log_position"].Value());
        foreach (var item in progress.Json["items"]!.AsArray())
        {
            var name = (string)item!["name"]!;
            Assert.Equal((long)item["position"]!, families["marketplace_projection_position"].Value(("projection", name)));
            Assert.Equal(0, families["marketplace_projection_lag_seconds"].Value(("projection", name)));
            Assert.Equal(0, families["marketplace_projection_lag_events"].Value(("projection", name)));
        }
    }

    [Fact]
    public async Task A_lost_database_is_told_and_costs_nothing_else()
    {
        var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:ConcurrentRequests", "1"));
        await database.DisposeAsync();

        var families = PrometheusText.Read((await new Api(host).GetAsync("/metrics")).ShouldBe(200).Body);

        Assert.Equal(0, families["marketplace_database_reachable"].Value());
        Assert.DoesNotContain("marketplace_log_position", families);
        Assert.Contains("dotnet_gc_collections_total", families);
    }

    [Fact]
    public async Task Requests_refused_for_their_rate_are_counted()
    {
        await using var host = await MarketplaceFixture.StartAsync(app.Database.ConnectionString, ("Limits:RequestsPerSecond", "1"), ("Limits:RequestBurst", "1"));
        var api = new Api(host).Anonymous;
        var refused = 0;
        for (var i = 0; i < 20; i++) refused += (await api.GetAsync("/v1/products")).Status == 429 ? 1 : 0;

        Assert.Equal(refused, PrometheusText.Read((await new Api(host).GetAsync("/metrics")).Body)["marketplace_requests_refused_total"].Value(("reason", "rate")));
    }

    [Fact]
    public async Task What_the_monitoring_examples_name_exists()
    {
        // Everything that is counted only once it happens has to have happened.
        var (_, _, offer) = await Api.OfferAsync();
        var key = ("Idempotency-Key", $"monitoring-{Guid.NewGuid():N}");
        for (var i = 0; i < 2; i++) await Api.PatchAsync(offer, new { quantity = 4 }, key);
        await using var host = await MarketplaceFixture.StartAsync(app.Database.ConnectionString, ("Limits:RequestsPerSecond", "1"), ("Limits:RequestBurst", "1"));
        for (var i = 0; i < 20; i++) await new Api(host).Anonymous.GetAsync("/v1/products");
        var told = (await ReadAsync()).Values.Concat(PrometheusText.Read((await new Api(host).GetAsync("/metrics")).Body).Values)
            .SelectMany(family => family.Samples).SelectMany(sample => sample.Labels.Keys.Append(sample.Name)).ToHashSet();
        var folder = Path.Combine(Path.GetDirectoryName(Readme.Tour.Readme())!, "ops", "monitoring");

        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var text = await File.ReadAllTextAsync(file);
            var named = Metric().Matches(text).Select(match => match.Value).Distinct().ToArray();
            if (!file.EndsWith("prometheus.yml")) Assert.NotEmpty(named);
            Assert.All(named, name => Assert.True(told.Contains(name), $"{Path.GetFileName(file)} names {name}, which nothing tells."));
        }
    }

    private async Task<IReadOnlyDictionary<string, PrometheusText.Family>> ReadAsync() =>
        PrometheusText.Read((await Api.GetAsync("/metrics")).ShouldBe(200).Body);

    [GeneratedRegex(@"\b(?:http_server|db_client|dotnet|marketplace)_[a-z0-9_]+\b")]
    private static partial Regex Metric();
}
