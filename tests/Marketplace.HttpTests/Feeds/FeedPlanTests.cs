using System.Text.Json.Nodes;
using Marketplace.Feeds;
using Marketplace.HttpTests.Support;
using Marketplace.Offers;
using Marketplace.WritePath;
using Npgsql;

namespace Marketplace.HttpTests.Feeds;

/// <summary>The plans of what workers and readers ask all the time, among many feeds: each is a range of an index.</summary>
public sealed class FeedPlanTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>, IAsyncLifetime
{
    private static readonly Guid Feed = Guid.Parse("00000000-0000-7000-8000-000000000007");

    public async Task InitializeAsync()
    {
        if ((bool)(await app.Db.CreateCommand("select exists (select from feed)").ExecuteScalarAsync())!) return;
        await using var fill = app.Db.CreateCommand("""
            insert into feed (feed_id, seller_id, actor, lines, applied, uploaded_at, finished_at)
                select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 's' || n % 100, 'a', 10, 10, now(), now() from generate_series(1, 20000) as n;
            insert into feed_chunk select ('00000000-0000-7000-8000-' || lpad((n / 10)::text, 12, '0'))::uuid, n % 10 * 100 + 1, n % 10 * 100 + 100, 'x'
                from generate_series(1, 20000) as n;
            insert into feed_result select ('00000000-0000-7000-8000-' || lpad((n / 10)::text, 12, '0'))::uuid, n % 10 * 100 + 1, n % 10 * 100 + 100, 'r',
                array['m'], array['s'], array[0], array['[]'] from generate_series(1, 20000) as n;
            insert into mt_streams (id, version) select 'offer/s/' || n, 3 from generate_series(1, 10000) as n;
            insert into mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type)
                select n, gen_random_uuid(), 'offer/s/' || (n + 2) / 3, n % 3 + 1, '{}', 'offer_paused', '' from generate_series(1, 30000) as n;
            insert into current_offer (seller_id, sku, product_id, listing_type, condition, currency, price, shipping, quantity, paused, withdrawn,
                    price_since, effective_at, version)
                select 's', n, 'p', 'used', 'good', 'USD', 1, 0, 1, false, false, now(), now(), 3 from generate_series(1, 10000) as n;
            """);
        fill.CommandTimeout = 300;
        await fill.ExecuteNonQueryAsync();
        await using var analyze = app.Db.CreateCommand("vacuum analyze");
        analyze.CommandTimeout = 300;
        await analyze.ExecuteNonQueryAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public Task Whose_feeds_wait_is_read_from_those_that_are_not_finished() => OnlyAsync(FeedLinesReads.Waiting, ["feed_unfinished"]);

    [Fact]
    public Task The_oldest_feed_of_a_seller_is_one_step() => OnlyAsync(FeedLinesReads.Oldest, ["feed_unfinished"], "s1");

    [Fact]
    public Task The_number_of_unfinished_feeds_is_that_of_the_seller_alone() => OnlyAsync(FeedUploads.Unfinished, ["feed_unfinished"], "s1");

    [Fact]
    public Task The_next_lines_are_a_chunk_of_the_feed() => OnlyAsync(FeedLinesReads.Chunk, ["feed_chunk_pkey"], Feed, 300);

    [Fact]
    public Task The_offers_of_a_slice_are_found_by_key() =>
        OnlyAsync(OfferStates.Query, ["current_offer_pkey"], new[] { "s", "s", "s" }, new[] { "1", "2", "3" });

    [Fact]
    public Task Versions_of_streams_are_checked_by_key() =>
        OnlyAsync(GroupCommit.MovedOn, ["pkey_mt_streams_id"], new[] { "offer/s/7", "offer/s/8" }, new[] { 1L, 2L });

    [Fact]
    public Task A_feed_is_found_by_its_id() => OnlyAsync(FeedQueries.One, ["feed_pkey", "pk_mt_events_stream_and_version"], Feed, "s1");

    [Fact]
    public Task A_page_of_feeds_is_a_range_of_the_sellers() =>
        OnlyAsync(FeedQueries.OfSeller, ["feed_of_seller", "pk_mt_events_stream_and_version"], "s1", long.MaxValue, 51);

    [Fact]
    public Task Results_are_a_range_of_the_feeds_and_their_positions_found_by_version() =>
        OnlyAsync(FeedResults.Lines, ["feed_result_pkey", "pk_mt_events_stream_and_version"], Feed, 300, 1_000, new[] { "a", "u" }, "offer/s/", 500);

    private async Task OnlyAsync(string sql, string[] expected, params object[] values)
    {
        await using var command = app.Db.CreateCommand("explain (format json) " + sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        var (indexes, nodes) = (new SortedSet<string>(), new List<string>());
        Walk(JsonNode.Parse((string)(await command.ExecuteScalarAsync())!)![0]!["Plan"]!);

        Assert.Equal(expected.Order(), indexes);
        Assert.DoesNotContain(nodes, node => node.StartsWith("Seq Scan", StringComparison.Ordinal));

        void Walk(JsonNode node)
        {
            if ((string?)node["Index Name"] is { } index) indexes.Add(index);
            nodes.Add($"{node["Node Type"]} {node["Relation Name"]}");
            foreach (var child in node["Plans"]?.AsArray() ?? []) Walk(child!);
        }
    }
}
