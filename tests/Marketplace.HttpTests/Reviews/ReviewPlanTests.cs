using System.Text.Json.Nodes;
using Marketplace.HttpTests.Support;
using Marketplace.Reviews;
using Npgsql;

namespace Marketplace.HttpTests.Reviews;

/// <summary>The plans of the reads of reviews, on a product with 30,000 of them among others: enough that the planner has a choice.</summary>
public sealed class ReviewPlanTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset Instant = new(2024, 1, 1, 1, 0, 0, TimeSpan.Zero);

    public async Task InitializeAsync()
    {
        if ((bool)(await app.Db.CreateCommand("select exists (select from review)").ExecuteScalarAsync())!) return;
        await using var fill = app.Db.CreateCommand("""
            insert into review (product_id, reviewer_id, rating, title, body, written_at, helpful, unhelpful, hidden, withdrawn, version)
                select case when n <= 30000 then 'hot' else 'p' || n % 500 end, 'r' || n, 1 + n % 5, 't', 'b',
                       timestamptz '2024-01-01' + n * interval '1 second', n % 100, 0, n % 50 = 0, false, 1 from generate_series(1, 40000) as n;
            insert into review_history (product_id, reviewer_id, position, position_to, effective_at, effective_to, rating, hidden, withdrawn,
                    helpful, unhelpful, written_at, content_position, version)
                select product_id, reviewer_id, row_number() over (), 9223372036854775807, written_at, 'infinity', rating, hidden, withdrawn,
                       helpful, unhelpful, written_at, 1, 1 from review;
            """);
        fill.CommandTimeout = 300;
        await fill.ExecuteNonQueryAsync();
        await using var analyze = app.Db.CreateCommand("vacuum analyze");
        analyze.CommandTimeout = 300;
        await analyze.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(ReviewSort.Helpful, "review_helpful")]
    [InlineData(ReviewSort.Recent, "review_recent")]
    public async Task A_page_of_reviews_is_a_range_of_its_index(ReviewSort sort, string index)
    {
        var (indexes, nodes) = sort == ReviewSort.Helpful
            ? await PlanAsync(ReviewQueries.ByHelpful, "hot", 50, Instant, "r1", 51)
            : await PlanAsync(ReviewQueries.ByRecent, "hot", Instant, "r1", 51);
        Assert.Equal([index], indexes);
        Assert.DoesNotContain(nodes, node => node.Contains("Sort", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_summary_reads_counters_and_no_reviews()
    {
        var (_, nodes) = await PlanAsync(ReviewQueries.Summary, "hot");
        Assert.DoesNotContain(nodes, node => node.EndsWith(" review", StringComparison.Ordinal));
        Assert.Equal(30_000 - 30_000 / 50, await app.Database.ScalarAsync<decimal>("select sum(visible) from marketplace.review_count where product_id = 'hot'"));
        Assert.True(await app.Database.ScalarAsync<long>("select count(*) from marketplace.review_count where product_id = 'hot'") <= 48);
    }

    [Theory]
    [InlineData(true, "review_history_instant")]
    [InlineData(false, "review_history_position")]
    public async Task A_past_summary_reads_its_index_alone(bool byInstant, string index)
    {
        var (indexes, nodes) = byInstant
            ? await PlanAsync(ReviewHistoryQueries.SummaryAtInstant, "p7", Instant)
            : await PlanAsync(ReviewHistoryQueries.SummaryAtPosition, "p7", 30_007L);
        Assert.Equal([index], indexes);
        Assert.Contains("Index Only Scan review_history", nodes);
    }

    private async Task<(List<string> Indexes, List<string> Nodes)> PlanAsync(string sql, params object[] values)
    {
        await using var command = app.Db.CreateCommand("explain (format json) " + sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        var (indexes, nodes) = (new List<string>(), new List<string>());
        Walk(JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)![0]!["Plan"]!);
        return (indexes, nodes);

        void Walk(JsonNode node)
        {
            if ((string?)node["Index Name"] is { } index) indexes.Add(index);
            nodes.Add($"{node["Node Type"]} {node["Relation Name"]}");
            foreach (var child in node["Plans"]?.AsArray() ?? []) Walk(child!);
        }
    }
}
