using Marketplace.Pricing;

namespace Marketplace.Tests.Pricing;

public class PriceLoadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Those_who_ask_while_as_many_statements_run_as_may_share_the_next()
    {
        var (statements, mayRead, gate) = (new List<int>(), new TaskCompletionSource(), new Lock());
        var loads = new PriceLoads(async productIds =>
        {
            lock (gate) statements.Add(productIds.Count);
            await mayRead.Task;
            return productIds.ToDictionary(id => id, ReadyPrices? (_) => null);
        });
        var asked = new List<Task<ReadyPrices?>>();
        for (var i = 1; i <= PriceLoads.MostAtOnce; i++)
        {
            asked.Add(loads.ReadAsync($"first-{i}"));
            Assert.True(SpinWait.SpinUntil(() => { lock (gate) return statements.Count == i; }, Patience));
        }
        for (var i = 0; i < PriceLoads.MostTogether + 10; i++) asked.Add(loads.ReadAsync($"later-{i}"));
        asked.Add(loads.ReadAsync("later-0"));
        Assert.Equal(PriceLoads.MostAtOnce, statements.Count);

        mayRead.SetResult();
        await Task.WhenAll(asked).WaitAsync(Patience);
        Assert.Equal([1, 1, 11, PriceLoads.MostTogether], statements.Order());
    }

    [Fact]
    public async Task A_statement_that_fails_fails_those_who_waited_for_it_and_the_next_is_tried_anew()
    {
        var fails = true;
        var loads = new PriceLoads(productIds => fails
            ? throw new TimeoutException()
            : Task.FromResult<IReadOnlyDictionary<string, ReadyPrices?>>(productIds.ToDictionary(id => id, ReadyPrices? (_) => null)));
        await Assert.ThrowsAsync<TimeoutException>(() => loads.ReadAsync("a"));
        fails = false;
        Assert.Null(await loads.ReadAsync("a").WaitAsync(Patience));
    }
}
