using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Marten.Events.Projections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using TestSupport;
using Weasel.Core;

namespace CritterStack.Portable.Tests.Store;

public enum Shade
{
    Light,
    Dark,
}

public sealed record ThingMade(string Name, decimal Price, Shade Shade);

public sealed record ThingPriced(decimal Price);

public sealed record Thing(string Name, decimal Price)
{
    public string Id { get; init; } = "";
}

public sealed partial class ThingProjection : SingleStreamProjection<Thing, string>
{
    public override Thing? Evolve(Thing? snapshot, string id, IEvent e) => e.Data switch
    {
        ThingMade made => new Thing(made.Name, made.Price),
        ThingPriced priced => snapshot! with { Price = priced.Price },
        _ => snapshot,
    };
}

/// <summary>One row per thing, written with the events.</summary>
public sealed class ThingRows : IProjection
{
    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var last = events.GroupBy(e => e.StreamKey!).Select(stream => stream.Last()).ToArray();
        operations.QueueSqlCommand(
            """
            insert into thing_row select * from unnest(?::text[], ?::bigint[], ?::timestamptz[])
            on conflict (key) do update set version = excluded.version, stored = excluded.stored
            """,
            last.Select(e => e.StreamKey!).ToArray(),
            last.Select(e => e.Version).ToArray(),
            last.Select(e => e.Timestamp).ToArray());
        return Task.CompletedTask;
    }
}

/// <summary>A store over a database of its own.</summary>
internal sealed class ShopStore : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly IHost _host;

    private ShopStore(TestDatabase database, IHost host) => (_database, _host) = (database, host);

    public TestDatabase Database => _database;

    public IDocumentStore Documents => _host.Services.GetRequiredService<IDocumentStore>();

    public static async Task<ShopStore> StartAsync(Action<StoreOptions>? configure = null)
    {
        var database = await TestDatabase.CreateAsync();
        return new ShopStore(database, await StartHostAsync(database.ConnectionString, configure));
    }

    public static async Task<IHost> StartHostAsync(
        string connectionString, Action<StoreOptions>? configure = null, string? allowUnsafe = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("CritterStack:AllowUnsafeDurability", allowUnsafe)]);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=200;Auto Prepare Min Usages=2"));
        builder.Services.AddMarten(store =>
            {
                store.DatabaseSchemaName = "shop";
                store.Events.StreamIdentity = StreamIdentity.AsString;
                store.Events.AppendMode = EventAppendMode.Rich;
                store.Events.MetadataConfig.EnableAll();
                store.Events.MetadataConfig.UserNameEnabled = true;
                store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase);
                store.Events.MapEventType<ThingMade>("thing_made");
                store.Events.MapEventType<ThingPriced>("thing_priced");
                store.Projections.Add(new ThingProjection(), ProjectionLifecycle.Live);
                configure?.Invoke(store);
            })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .ApplyAllDatabaseChangesOnStartup();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
    }
}
