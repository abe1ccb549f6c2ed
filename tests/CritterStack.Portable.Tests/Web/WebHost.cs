using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;
using Wolverine.FluentValidation;
using Wolverine.Http;
using Wolverine.Http.FluentValidation;

namespace CritterStack.Portable.Tests.Web;

/// <summary>A small application that holds the endpoints beside it, served in memory.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private readonly WebApplication application;

    private WebHost(WebApplication application) => this.application = application;

    public HttpClient Client => application.GetTestClient();

    public IServiceProvider Services => application.Services;

    public static async Task<WebHost> StartAsync(Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
        });
        builder.Services.AddSingleton<Greeter>();
        builder.Host.UseWolverine(o =>
        {
            o.UseRuntimeCompilation();
            o.UseFluentValidation();
            o.Durability.Mode = DurabilityMode.Solo;
        });
        builder.Services.AddWolverineHttp();
        services?.Invoke(builder.Services);

        var application = builder.Build();
        application.UseRouting();
        application.Use(async (context, next) =>
        {
            var body = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
            context.Response.Headers["X-Body-Type"] = body?.Name;
            await next(context);
        });
        application.MapWolverineEndpoints(o => o.UseFluentValidationProblemDetailMiddleware());
        await application.StartAsync();
        return new WebHost(application);
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }
}
