using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Offers;
using Marketplace.Reviews;
using Marketplace.Storage;
using Marten;
using Marten.Events;
using Marten.Services;
using Weasel.Core;

namespace Marketplace.Hosting;

/// <summary>Marten as this program uses it: streams by string, all metadata, read models written with the event or behind it.</summary>
public static class EventStore
{
    /// <summary>States of streams kept in memory for writing, per kind of stream.</summary>
    public const int StatesInMemory = 20_000;

    /// <summary>Registers the event store, its projections and its daemon.</summary>
    public static void AddEventStore(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService<SchemaAtStart>();
        builder.Services.AddMarten(store =>
            {
                store.DatabaseSchemaName = Schema.Name;
                store.Events.StreamIdentity = StreamIdentity.AsString;
                // The mode in which the number of each event is known once it is saved: every write answers with it.
                store.Events.AppendMode = EventAppendMode.Rich;
                store.Events.MetadataConfig.EnableAll();
                // Not part of "all".
                store.Events.MetadataConfig.UserNameEnabled = true;
                store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, json => json.Converters.Insert(0, new WordJsonConverter()));
                StoredEvents.Map(store);
                AddProjections(store);
                store.Projections.Errors.SkipApplyErrors = false;
                // Once or not at all. A second save would store numbers that were drawn in the transaction which the first has ended, among later
                // ones. And a second try on another connection takes a statement that the first prepared for prepared there: under its name
                // there may be another, whose rows are then the answer.
                store.ConfigurePolly(_ => { });
                store.ConfigureWritePolly(_ => { });
            })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .ApplyAllDatabaseChangesOnStartup()
            .AddAsyncDaemon(DaemonMode.HotCold);
    }

    private static void AddProjections(StoreOptions store)
    {
        store.Events.CacheAggregatesForWriting<Product>(StatesInMemory);
        store.Events.CacheAggregatesForWriting<Offer>(StatesInMemory);
        store.Events.CacheAggregatesForWriting<Review>(StatesInMemory);
        store.Projections.Add(new ProductProjection(), ProjectionLifecycle.Live);
        store.Projections.Add(new OfferProjection(), ProjectionLifecycle.Live);
        store.Projections.Add(new ReviewProjection(), ProjectionLifecycle.Live);
        ReadModels.AddTo(store);
    }
}
