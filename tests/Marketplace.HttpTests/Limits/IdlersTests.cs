using System.Net.Sockets;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Limits;

/// <summary>Who keeps a connection busy with nothing.</summary>
public sealed class IdlersTests
{
    [Fact]
    public async Task A_body_that_trickles_is_408_long_before_the_deadline_for_bodies()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(
            ("ConnectionStrings__Marketplace", database.ConnectionString), ("Limits__BodySeconds", "600"));
        await using var connection = await RawConnection.OpenAsync(program.Client.BaseAddress!);
        await connection.SendAsync("POST /v1/lowest-prices/query HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n");
        using var enough = new CancellationTokenSource();
        var trickling = connection.TrickleAsync(TimeSpan.FromMilliseconds(100), enough.Token);

        var answer = await connection.ReadToEndAsync();
        await enough.CancelAsync();
        await trickling;

        Assert.Equal(408, answer.Status);
        Assert.Contains("urn:marketplace:problem:request-timeout", answer.Body);
    }

    [Fact]
    public async Task One_connection_more_than_the_most_is_closed_at_once_and_the_others_go_on()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var program = await RunningProgram.StartAsync(
            ("ConnectionStrings__Marketplace", database.ConnectionString), ("Limits__Connections", "20"));
        var open = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 40; i++)
            {
                var connection = await RawConnection.OpenAsync(program.Client.BaseAddress!);
                open.Add(connection);
                // Each says half a sentence, so that it counts for as long as headers may take.
                await connection.SendAsync("GET /health/live HTTP/1.1\r\n");
            }
            Assert.Equal(0, (await open[^1].ReadToEndAsync()).Status);
            await open[0].SendAsync("Host: a\r\nConnection: close\r\n\r\n");
            Assert.Equal(200, (await open[0].ReadToEndAsync()).Status);
        }
        catch (SocketException)
        {
            // Refused even sooner.
        }
        finally
        {
            foreach (var connection in open) await connection.DisposeAsync();
        }
    }
}
