using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Alba;

/// <summary>Runs an application in memory for tests.</summary>
public sealed class AlbaHost : IAlbaHost
{
    private readonly Func<CancellationToken, Task> stop;
    private readonly Func<ValueTask> release;
    private readonly JsonSerializerOptions json;

    private AlbaHost(IServiceProvider services, TestServer server, Func<CancellationToken, Task> stop, Func<ValueTask> release)
    {
        Services = services;
        Server = server;
        Server.AllowSynchronousIO = true;
        this.stop = stop;
        this.release = release;
        json = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
    }

    /// <inheritdoc/>
    public IServiceProvider Services { get; }

    /// <inheritdoc/>
    public TestServer Server { get; }

    /// <summary>Starts the application whose entry point is in the assembly of <typeparamref name="TEntryPoint"/>.</summary>
    public static Task<IAlbaHost> For<TEntryPoint>() where TEntryPoint : class => For<TEntryPoint>(_ => { });

    /// <summary>
    /// Starts the application whose entry point is in the assembly of <typeparamref name="TEntryPoint"/>, its own Program
    /// included, after <paramref name="configuration"/> has changed its host. What the start throws is thrown here.
    /// </summary>
    public static Task<IAlbaHost> For<TEntryPoint>(Action<IWebHostBuilder> configuration) where TEntryPoint : class
    {
        var factory = new EntryPointFactory<TEntryPoint>(configuration);
        try
        {
            Func<CancellationToken, Task> stop = factory.Services.GetRequiredService<IHost>().StopAsync;
            return Task.FromResult<IAlbaHost>(new AlbaHost(factory.Services, factory.Server, stop, factory.DisposeAsync));
        }
        catch
        {
            factory.Dispose();
            throw;
        }
    }

    /// <summary>Starts an application that the test puts together itself.</summary>
    public static async Task<IAlbaHost> For(WebApplicationBuilder builder, Action<WebApplication> configureRoutes)
    {
        builder.Services.AddHttpContextAccessor();
        builder.WebHost.UseTestServer();
        var application = builder.Build();
        configureRoutes(application);
        await application.StartAsync();
        return new AlbaHost(application.Services, application.GetTestServer(), application.StopAsync, async () =>
        {
            await application.StopAsync();
            await application.DisposeAsync();
        });
    }

    /// <inheritdoc/>
    public async Task<IScenarioResult> Scenario(Action<Scenario> configure)
    {
        var scenario = new Scenario(json);
        configure(scenario);

        Exception? failure = null;
        var context = await Server.SendAsync(request =>
        {
            try
            {
                scenario.SetUp(request);
            }
            catch (Exception e)
            {
                // The server would wait for a request that never comes; it is sent, and the failure thrown afterwards.
                failure = e;
            }
        });
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        scenario.RunAssertions(context);
        return new ScenarioResult(context, json);
    }

    /// <summary>Does nothing: the host was started when it was made.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken = default) => stop(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Stops the application and gives back what it holds.</summary>
    public ValueTask DisposeAsync() => release();

    private sealed class EntryPointFactory<TEntryPoint>(Action<IWebHostBuilder> configuration) : WebApplicationFactory<TEntryPoint>
        where TEntryPoint : class
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.ConfigureServices(services => services.AddHttpContextAccessor());
            configuration(builder);
        }
    }
}
