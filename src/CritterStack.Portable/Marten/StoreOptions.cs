using System.Text.Json;
using Marten.Events;
using Marten.Events.Projections;
using Marten.Internal;
using Npgsql;
using Polly;
using Weasel.Core;

namespace Marten;

/// <summary>How the store works; changed only while it is registered.</summary>
public class StoreOptions
{
    /// <summary>Options as Marten has them by default.</summary>
    public StoreOptions()
    {
        EventGraph = new EventGraph(this);
    }

    /// <summary>Schema of all tables.</summary>
    public string DatabaseSchemaName { get; set; } = "public";

    /// <summary>How events are kept.</summary>
    public IEventStoreOptions Events => EventGraph;

    /// <summary>The store's projections and subscriptions.</summary>
    public ProjectionOptions Projections { get; } = new();

    internal EventGraph EventGraph { get; }

    internal EventJson Json { get; private set; } = new(null, EnumStorage.AsInteger, Casing.Default, null);

    internal bool AppliesChangesOnStartup { get; set; }

    internal Func<IServiceProvider, NpgsqlDataSource>? DataSource { get; set; }

    /// <summary>Uses a data source of the application's.</summary>
    public void Connection(NpgsqlDataSource dataSource) => DataSource = _ => dataSource;

    /// <summary>
    /// How often Marten reads again what it failed to read; a builder left empty stands for never. This store never does, and leaves that
    /// to whoever knows what the reading was for.
    /// </summary>
    public void ConfigurePolly(Action<ResiliencePipelineBuilder> configure) => configure(new ResiliencePipelineBuilder());

    /// <summary>How often Marten saves again what it failed to save; a builder left empty stands for never. This store never does.</summary>
    public void ConfigureWritePolly(Action<ResiliencePipelineBuilder> configure) => configure(new ResiliencePipelineBuilder());

    /// <summary>Writes events as System.Text.Json does.</summary>
    public void UseSystemTextJsonForSerialization(
        EnumStorage enumStorage = EnumStorage.AsInteger, Casing casing = Casing.Default, Action<JsonSerializerOptions>? configure = null) =>
        UseSystemTextJsonForSerialization(null, enumStorage, casing, configure);

    /// <summary>Writes events as System.Text.Json does, beginning from <paramref name="options"/>.</summary>
    public void UseSystemTextJsonForSerialization(
        JsonSerializerOptions? options,
        EnumStorage enumStorage = EnumStorage.AsInteger,
        Casing casing = Casing.Default,
        Action<JsonSerializerOptions>? configure = null) =>
        Json = new EventJson(options, enumStorage, casing, configure);
}
