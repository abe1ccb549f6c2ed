using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Pricing;
using Npgsql;

namespace Marketplace.HttpTests.Pricing;

/// <summary>
/// The plans of the reads that must not grow with the data, on tables with enough rows that the planner has a choice: 20,000 offers on one
/// product, 50,000 steps of its price.
/// </summary>
public sealed class QueryPlanTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>, IAsyncLifetime
{
    private const string Hot = "hot";
    private static readonly object[] Group = [Hot, "zShops", "USD"];
    private static readonly DateTimeOffset Instant = new(2024, 1, 2, 0, 0, 0, TimeSpan.Zero);

    public async Task InitializeAsync()
    {
        if ((bool)(await app.Db.CreateCommand("select exists (select from current_offer)").ExecuteScalarAsync())!) return;
        await using var fill = app.Db.CreateCommand("""
            alter table current_offer disable trigger user;
            insert into current_offer (seller_id, sku, product_id, listing_type, condition, currency, price, shipping, quantity, paused, withdrawn,
                    price_since, effective_at, version)
                select 's' || n, 'k', case when n <= 20000 then 'hot' else 'p' || n % 500 end, 'zShops', 'new', 'USD', 10 + n % 97, 1, 1, false, false,
                    '2024-01-01', '2024-01-01', 1 from generate_series(1, 25000) as n;
            alter table current_offer enable trigger user;
            insert into offer_count select product_id, listing_type, currency, shard, count(*) / 8 + 1
                from current_offer cross join generate_series(0, 7) as shard group by 1, 2, 3, 4;
            insert into price_group select row_number() over (order by product_id), product_id, 'zShops', 'USD'
                from (select distinct product_id from current_offer) as p;
            insert into priced_offer select row_number() over (order by length(seller_id), seller_id), seller_id, sku from current_offer;
            insert into price_group_member select g.group_no, o.offer_no
                from current_offer as c join priced_offer as o using (seller_id, sku) join price_group as g using (product_id);
            insert into offer_terms (offer_no, position, effective_at, group_no, price_since, version, quantity, paused, withdrawn, condition, price, shipping)
                select n % 10 + 1, n, timestamptz '2024-01-01' + n * interval '1 second', g.group_no, '2024-01-01', n, 1, false, false, 'new', 10 + n % 5, 1
                    from generate_series(1, 50000) as n, price_group as g where g.product_id = 'hot';
            insert into lowest_price_step (group_no, position, effective_at, offer_count, offer_no, terms_at, by_position, by_instant, is_price_step)
                select t.group_no, t.position, t.effective_at, 1, t.offer_no, t.position, true, true, t.position % 2 = 0 from offer_terms as t;
            insert into mt_streams (id, type, version) select 'product/p' || n, 'product', 1 from generate_series(1, 5000) as n;
            """);
        fill.CommandTimeout = 300;
        await fill.ExecuteNonQueryAsync();
        await using var analyze = app.Db.CreateCommand("analyze");
        analyze.CommandTimeout = 300;
        await analyze.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_lowest_prices_in_force_are_the_first_row_of_the_ladders_index()
    {
        var plan = await PlanAsync(LowestPriceQueries.Sql, (object)new[] { Hot });
        Assert.Contains("current_offer_ladder", plan.Indexes);
        Assert.DoesNotContain("current_offer", plan.Scanned);
        Assert.DoesNotContain("mt_streams", plan.Scanned);
        // Only the shards of the product's counts are sorted, eight rows per listing type and currency.
        Assert.DoesNotContain(plan.Sorted, rows => rows > 100);
    }

    [Fact]
    public async Task The_lowest_prices_at_an_instant_are_one_descent_of_an_index()
    {
        var plan = await PlanAsync(PriceHistoryQueries.LowestByInstant, Hot, Instant);
        Assert.Contains("lowest_price_step_by_instant", plan.Indexes);
        plan.ShouldOnlyDescend();
    }

    [Fact]
    public async Task The_lowest_prices_at_a_position_are_one_descent_of_an_index()
    {
        var plan = await PlanAsync(PriceHistoryQueries.LowestByPosition, Hot, 25_000L);
        Assert.Contains("lowest_price_step_by_position", plan.Indexes);
        plan.ShouldOnlyDescend();
    }

    [Fact]
    public async Task A_page_of_steps_is_a_range_of_the_index_of_steps()
    {
        var plan = await PlanAsync(PriceHistoryQueries.Steps, [.. Group, Instant, 51]);
        Assert.Contains("lowest_price_step_of_price", plan.Indexes);
        plan.ShouldOnlyDescend();
    }

    [Fact]
    public async Task The_latest_steps_are_the_end_of_the_index_of_steps()
    {
        var plan = await PlanAsync(LatestSteps.Sql, [.. Group, Instant, 51]);
        Assert.Contains("lowest_price_step_of_price", plan.Indexes);
        plan.ShouldOnlyDescend();
    }

    [Fact]
    public async Task A_page_of_price_points_is_a_range_of_the_offers_own_history()
    {
        var plan = await PlanAsync(PriceHistoryQueries.Points, "s1", "k", 500L, 51);
        Assert.Contains("offer_terms_pkey", plan.Indexes);
        Assert.DoesNotContain("offer_terms", plan.Scanned);
        Assert.Empty(plan.Sorted);
    }

    [Theory]
    [InlineData(true, "offer_terms_effective")]
    [InlineData(false, "offer_terms_pkey")]
    public async Task A_past_ladder_descends_the_history_of_each_offer_once(bool byInstant, string index)
    {
        var plan = await PlanAsync(PastLadder.Sql(byInstant),
            Hot, "zShops", "USD", byInstant ? Instant : 25_000L, "", 0m, DateTimeOffset.UnixEpoch, "", "", 51);
        Assert.Contains(index, plan.Indexes);
        Assert.DoesNotContain("offer_terms", plan.Scanned);
    }

    private async Task<Plan> PlanAsync(string sql, params object[] values)
    {
        await using var command = app.Db.CreateCommand("explain (format json) " + sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        var plan = new Plan([], [], []);
        plan.Walk(JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)![0]!["Plan"]!);
        return plan;
    }

    /// <summary>What a plan does: indexes it uses, tables it scans whole, rows it expects to sort.</summary>
    private sealed record Plan(List<string> Indexes, List<string> Scanned, List<double> Sorted)
    {
        public void Walk(JsonNode node)
        {
            if ((string?)node["Index Name"] is { } index) Indexes.Add(index);
            if ((string?)node["Node Type"] == "Seq Scan") Scanned.Add((string)node["Relation Name"]!);
            if ((string?)node["Node Type"] == "Sort") Sorted.Add((double)node["Plan Rows"]!);
            foreach (var child in node["Plans"]?.AsArray() ?? []) Walk(child!);
        }

        public void ShouldOnlyDescend()
        {
            // At most what is on a page.
            Assert.DoesNotContain(Sorted, rows => rows > 51);
            Assert.Empty(Scanned);
        }
    }
}
