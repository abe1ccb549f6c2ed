using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Hosting;

/// <summary>Brings the application's own tables up to date before anything else starts.</summary>
public sealed class SchemaAtStart(NpgsqlDataSource db) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Schema.ApplyAsync(db, cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
