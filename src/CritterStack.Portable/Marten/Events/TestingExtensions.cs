using Marten.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marten.Events;

/// <summary>Waiting for asynchronous projections.</summary>
public static class TestingExtensions
{
    /// <summary>Waits until every asynchronous projection and subscription has dealt with what is in the log now.</summary>
    /// <exception cref="TimeoutException">they have not within <paramref name="timeout"/></exception>
    public static Task WaitForNonStaleProjectionDataAsync(this IHost host, TimeSpan timeout) =>
        host.Services.GetRequiredService<IDocumentStore>().WaitForNonStaleProjectionDataAsync(timeout);

    /// <inheritdoc cref="WaitForNonStaleProjectionDataAsync(IHost, TimeSpan)" />
    public static Task WaitForNonStaleProjectionDataAsync(this IDocumentStore store, TimeSpan timeout) =>
        DaemonSeam.WaitForNonStaleAsync((DocumentStore)store, timeout);
}
