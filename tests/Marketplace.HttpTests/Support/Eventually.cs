using System.Diagnostics;

namespace Marketplace.HttpTests.Support;

/// <summary>Waits for something that will be so.</summary>
public static class Eventually
{
    /// <summary>Fails with these words unless the condition comes true in time. Generous: the machine is shared.</summary>
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < MarketplaceFixture.Patience, $"It did not come to pass: {what}");
            await Task.Delay(10);
        }
    }

    /// <summary>The same of a condition that has to be looked up.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < MarketplaceFixture.Patience, $"It did not come to pass: {what}");
            await Task.Delay(10);
        }
    }
}
