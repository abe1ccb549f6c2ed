using System.Collections.Concurrent;
using Alba;
using TestSupport;

namespace Marketplace.HttpTests.Support;

/// <summary>
/// The application in memory on a database that other classes use as well, before and after, never at the same time: a start takes seconds. For
/// tests that know their own products, sellers and feeds from those of others, and leave settings, schema and connections as they were.
/// </summary>
public sealed class SharedMarketplace : MarketplaceFixture
{
    // As many as classes run side by side; they end with the process, and the next run drops their databases.
    private static readonly ConcurrentBag<(TestDatabase Database, IAlbaHost Host)> Idle = [];

    /// <inheritdoc />
    public override async Task InitializeAsync()
    {
        if (Idle.TryTake(out var idle)) Use(idle.Database, idle.Host);
        else await base.InitializeAsync();
    }

    /// <inheritdoc />
    public override Task DisposeAsync()
    {
        Idle.Add((Database, Host));
        return Task.CompletedTask;
    }
}
