using Alba;
using Marketplace.HttpTests.Support;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.PreviousVersion;

/// <summary>
/// The application on a database that the version before it wrote, which had an event store of its own. <c>Data</c> holds the dump and what
/// that version answered; what would expire (a feed, idempotency keys) is dated a century later.
/// </summary>
public sealed class PreviousDatabase : IAsyncLifetime
{
    /// <summary>The last position of the stored log.</summary>
    public const long LastPosition = 50;

    /// <summary>The database.</summary>
    public TestDatabase Database { get; private set; } = null!;

    /// <summary>The application on it.</summary>
    public IAlbaHost Host { get; private set; } = null!;

    /// <summary>Its requests.</summary>
    public Api Api { get; private set; } = null!;

    /// <summary>A file that the former version left.</summary>
    public static string Stored(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PreviousVersion", "Data", name));

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        await using (var connection = await Database.OpenAsync())
        await using (var restore = new NpgsqlCommand(Stored("database.dump"), connection))
            await restore.ExecuteNonQueryAsync();
        Host = await MarketplaceFixture.StartAsync(Database.ConnectionString);
        Api = new Api(Host);
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Database.DisposeAsync();
    }
}
