using Alba;
using Marketplace.HttpTests.Logs;
using Marketplace.Operations;
using Marten;
using Marten.Events;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.Support;

/// <summary>
/// The application in memory on a database of its own, shared by the tests of one class: <c>IClassFixture&lt;MarketplaceFixture&gt;</c>.
/// The schema is applied once per process, by the application itself, and copied from then on.
/// </summary>
public class MarketplaceFixture : IAsyncLifetime
{
    /// <summary>The longest that asynchronous projections may take to follow. Generous: the machine is shared.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static int _names;

    /// <summary>The running application.</summary>
    public IAlbaHost Host { get; private set; } = null!;

    /// <summary>Its database.</summary>
    public TestDatabase Database { get; private set; } = null!;

    /// <summary>Its requests, in short.</summary>
    public Api Api { get; private set; } = null!;

    /// <summary>The application's own data source.</summary>
    public NpgsqlDataSource Db => Host.Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>The event store.</summary>
    public IDocumentStore Store => Host.Services.GetRequiredService<IDocumentStore>();

    /// <summary>An empty database with the schema in place.</summary>
    public static Task<TestDatabase> NewDatabaseAsync() => TestDatabase.CreateFromTemplateAsync("marketplace", async connectionString =>
    {
        await using var host = await StartAsync(connectionString);
    });

    /// <summary>
    /// Starts the application on a database, trusting the tests' tokens, with these settings. Requests are not counted by caller unless a
    /// setting says so.
    /// </summary>
    public static Task<IAlbaHost> StartAsync(string connectionString, params (string Name, string Value)[] settings) =>
        AlbaHost.For<Program>(builder =>
        {
            builder.UseSetting("ConnectionStrings:Marketplace", connectionString).UseSetting(Tokens.Setting.Name, Tokens.Setting.Value);
            builder.UseSetting("Limits:RequestsPerSecond", "0").IsHeard();
            SuiteLog.SecretOf(connectionString);
            foreach (var (name, value) in settings) builder.UseSetting(name, value);
        });

    /// <summary>An id that no other test of this process uses: <c>book-17</c>.</summary>
    public static string NewId(string kind) => $"{kind}-{Interlocked.Increment(ref _names)}";

    /// <inheritdoc />
    public virtual async Task InitializeAsync()
    {
        var database = await NewDatabaseAsync();
        Use(database, await StartAsync(database.ConnectionString));
    }

    /// <inheritdoc />
    public virtual async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Takes an application that runs.</summary>
    protected void Use(TestDatabase database, IAlbaHost host) => (Database, Host, Api) = (database, host, new Api(host));

    /// <summary>A client of the application in memory; its requests get fitting tokens.</summary>
    public HttpClient NewClient() => NewClient(Host);

    /// <summary>A client of another application in memory; its requests get fitting tokens.</summary>
    public static HttpClient NewClient(IAlbaHost host) => new(new FittingTokens(host.Server.CreateHandler())) { BaseAddress = host.Server.BaseAddress };

    /// <summary>Waits until the asynchronous projections have dealt with everything recorded so far.</summary>
    public Task CatchUpAsync() => Host.WaitForNonStaleProjectionDataAsync(Patience);

    /// <summary>Builds a projection's rows anew.</summary>
    public async Task RebuildAsync(string projection)
    {
        var outcome = await Host.Services.GetRequiredService<Rebuilds>().RunAsync(projection, CancellationToken.None);
        Assert.Null(outcome.Refusal);
    }

    /// <summary>Every row of a table as JSON text, in the order of the text: to compare before and after.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string table)
    {
        await using var command = Db.CreateCommand($"select to_jsonb(t)::text as row from {table} as t order by row");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }
}
