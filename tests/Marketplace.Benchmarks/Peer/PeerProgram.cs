using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marketplace.Domain;
using Marketplace.Hosting;
using Marketplace.Offers;
using Marketplace.Storage;
using Marten;
using Npgsql;
using Weasel.Core;
using Wolverine;
using Wolverine.Http;
using Wolverine.Marten;

namespace Marketplace.Benchmarks.Peer;

/// <summary>
/// The idiomatic peer: the same repricing the way Wolverine's documentation writes it, with <c>[WriteAggregate]</c>, one session and one
/// commit a request, on the same packages, with the application's own events and its read model of current offers inline.
/// </summary>
internal static class PeerProgram
{
    /// <summary>The environment variable with the connection string.</summary>
    public const string Database = "PEER_DATABASE";

    /// <summary>A path that answers once the program is ready.</summary>
    public const string Ready = "/ready";

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.None).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        builder.Services.ConfigureHttpJsonOptions(json => HttpContract.Configure(json.SerializerOptions));
        var address = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable(Database)!)
        {
            // As the application has it.
            SearchPath = Schema.Name,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            MaxPoolSize = 50,
        };
        builder.Services.AddSingleton(NpgsqlDataSource.Create(address));
        builder.Services.AddMarten(Configure).UseNpgsqlDataSource().UseLightweightSessions().IntegrateWithWolverine();
        builder.Services.AddWolverineHttp();
        builder.Host.UseWolverine(options =>
        {
            options.ApplicationAssembly = typeof(PeerProgram).Assembly;
            options.UseRuntimeCompilation();
            options.Policies.AutoApplyTransactions();
            options.Durability.Mode = DurabilityMode.Solo;
        });
        var app = builder.Build();
        app.Use(AnswerLostRacesAsync);
        app.MapWolverineEndpoints();
        app.MapGet(Ready, () => "ready");
        await PeerShop.FillAsync(app.Services.GetRequiredService<IDocumentStore>());
        await app.RunAsync();
    }

    private static void Configure(StoreOptions store)
    {
        store.DatabaseSchemaName = Schema.Name;
        store.Events.StreamIdentity = StreamIdentity.AsString;
        store.Events.MetadataConfig.EnableAll();
        store.Events.MetadataConfig.UserNameEnabled = true;
        store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, json => json.Converters.Insert(0, new WordJsonConverter()));
        StoredEvents.Map(store);
        store.Projections.Add(new PeerOfferProjection(), ProjectionLifecycle.Live);
        store.Projections.Add(new CurrentOffers(), ProjectionLifecycle.Inline);
    }

    // One of two who changed the same version is refused, as an application without another try does.
    private static async Task AnswerLostRacesAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (ConcurrencyException)
        {
            http.Response.StatusCode = StatusCodes.Status409Conflict;
        }
    }
}
