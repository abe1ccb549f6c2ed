using System.Text;
using System.Text.Json;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Audit;

public sealed class LongAuditLogTests(MarketplaceFixture fixture) : IClassFixture<MarketplaceFixture>
{
    private const int Events = 50_000;

    // Far quicker than commands, and the rows are the same.
    private async Task FillAsync(string productId)
    {
        await fixture.Database.ExecuteAsync("insert into marketplace.mt_streams (id, type, version) values ($1, 'product', $2)", $"product/{productId}", (long)Events);
        await fixture.Database.ExecuteAsync("""
            insert into marketplace.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type)
                select nextval('marketplace.mt_events_sequence'), gen_random_uuid(), 'product/' || $1, n,
                       jsonb_build_object('productId', $1, 'title', 'Title ' || n, 'description', repeat('word ', 60)),
                       case n when 1 then 'product_listed' else 'product_revised' end, now(),
                       case n when 1 then 'Marketplace.Catalog.ProductListed, Marketplace' else 'Marketplace.Catalog.ProductRevised, Marketplace' end
                  from generate_series(1, $2) as n order by n
            """, productId, Events);
    }

    [Fact]
    public async Task A_long_log_comes_whole_and_in_order_and_a_reader_who_stops_holds_nothing()
    {
        await FillAsync("long");
        using var client = fixture.NewClient();
        client.Timeout = Timeout.InfiniteTimeSpan;
        using var response = await client.GetAsync("/v1/audit/events", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
        var (expected, count) = (0L, 0);
        while (await lines.ReadLineAsync() is { } line)
        {
            using var e = JsonDocument.Parse(line);
            Assert.True(e.RootElement.GetProperty("position").GetInt64() > expected, $"Line {count + 1} is out of order.");
            expected = e.RootElement.GetProperty("position").GetInt64();
            if (++count == 100) await NobodyReadsTheLogAsync();
        }
        Assert.Equal(Events, count);
    }

    // The reader has stopped after a hundred lines of fifty thousand: the server waits for it, and the database for nobody.
    private async Task NobodyReadsTheLogAsync()
    {
        using var limit = new CancellationTokenSource(MarketplaceFixture.Patience);
        while (true)
        {
            var readers = await fixture.Database.ScalarAsync<long>("""
                select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()
                   and query like '%from mt_events where seq_id > $1 and seq_id <= $2%'
                """);
            if (readers == 0) return;
            await Task.Delay(20, limit.Token);
        }
    }
}
