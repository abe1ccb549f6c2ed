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
    /// <summary>Registers the event store, its projections and its daemon.</summary>
    public static void AddEventStore(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService<SchemaAtStart>();
        builder.Services.AddSingleton<AppendSignal>();
        builder.Services.AddMarten(services =>
            {
                var store = new StoreOptions();
                store.DatabaseSchemaName = Schema.Name;
                store.Events.StreamIdentity = StreamIdentity.AsString;
                // A function for each stream: one round trip for all that commits together, numbers drawn in the transaction that stores them,
                // and known once it is saved. Recorded times are ours (the name means that the server is given them).
                store.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
                // The stream's row is locked before a number is drawn, so that a lost race leaves no gap in the log.
                store.Events.UseExclusiveLockOnConcurrentAppends = true;
                // Not UseListenNotifyForEventAppends: see AppendSignal. Without a signal the daemon looks by itself.
                store.Projections.Wakeup = services.GetRequiredService<AppendSignal>();
                store.Projections.FastPollingTime = TimeSpan.FromMilliseconds(100);
                store.Projections.SlowPollingTime = TimeSpan.FromMilliseconds(500);
                store.Events.MetadataConfig.EnableAll();
                // Not part of "all".
                store.Events.MetadataConfig.UserNameEnabled = true;
                store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, json => json.Converters.Insert(0, new WordJsonConverter()));
                StoredEvents.Map(store);
                ReadModels.AddTo(store);
                store.Projections.Errors.SkipApplyErrors = false;
                // Once or not at all. A second save would store numbers that were drawn in the transaction which the first has ended, among later
                // ones. And a second try on another connection takes a statement that the first prepared for prepared there: under its name
                // there may be another, whose rows are then the answer.
                store.ConfigurePolly(_ => { });
                store.ConfigureWritePolly(_ => { });
                return store;
            })
            .UseNpgsqlDataSource()
            .UseLightweightSessions()
            .ApplyAllDatabaseChangesOnStartup()
            .AddAsyncDaemon(DaemonMode.HotCold);
    }
}
