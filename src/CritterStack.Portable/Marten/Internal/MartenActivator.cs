using Microsoft.Extensions.Hosting;

namespace Marten.Internal;

/// <summary>Makes the database ready. It is registered first, so that every other hosted service starts behind it.</summary>
internal sealed class MartenActivator(DocumentStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.EnsureSchemaAsync(cancellationToken).AsTask();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
