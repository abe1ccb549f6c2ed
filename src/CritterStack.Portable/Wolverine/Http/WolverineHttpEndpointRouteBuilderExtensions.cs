using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Wolverine.Http;

/// <summary>Maps the application's endpoints.</summary>
public static class WolverineHttpEndpointRouteBuilderExtensions
{
    /// <summary>Registers what the endpoints need from the container.</summary>
    public static IServiceCollection AddWolverineHttp(this IServiceCollection services) =>
        services.AddSingleton<WolverineHttpOptions>(_ => new WolverineHttpOptions());

    /// <summary>
    /// Finds and maps every endpoint of the application's assembly. Throws <see cref="InvalidOperationException"/> for an
    /// endpoint that the packages would not find or would read otherwise than it looks.
    /// </summary>
    public static void MapWolverineEndpoints(this IEndpointRouteBuilder endpoints, Action<WolverineHttpOptions>? configure = null)
    {
        var services = endpoints.ServiceProvider;
        var application = services.GetService<WolverineOptions>()
            ?? throw new InvalidOperationException("MapWolverineEndpoints() needs IHostBuilder.UseWolverine().");
        var options = services.GetService<WolverineHttpOptions>()
            ?? throw new InvalidOperationException("MapWolverineEndpoints() needs IServiceCollection.AddWolverineHttp().");
        configure?.Invoke(options);

        var factory = new EndpointFactory(services, new ServiceLookup(services, application.Services), options);
        var built = EndpointDiscovery.Find(application.ApplicationAssembly).Select(factory.Build).ToArray();
        endpoints.DataSources.Add(new FixedEndpoints(built));
    }

    private sealed class FixedEndpoints(IReadOnlyList<Endpoint> endpoints) : EndpointDataSource
    {
        public override IReadOnlyList<Endpoint> Endpoints => endpoints;

        public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;
    }
}
