using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Idempotency;
using Marketplace.Identity;
using Marketplace.Limits;

namespace Marketplace.Hosting;

/// <summary>The conventions that every endpoint shares, put together.</summary>
public static class HttpContract
{
    /// <summary>The longest a graceful stop may take.</summary>
    public static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(5);

    /// <summary>Registers JSON, validation, limits and documentation.</summary>
    public static void AddHttpContract(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(o => Configure(o.SerializerOptions));
        services.AddValidatorsFromAssemblyContaining<Program>(ServiceLifetime.Singleton);
        ValidatorOptions.Global.PropertyNameResolver = Rules.JsonPath;
        services.AddSingleton<Reads>();
        services.AddSingleton<AsyncReads>();
        services.AddSingleton<Writes>();
        services.AddOpenApi("v1", OpenApiDocument.Configure);
        services.AddHttpContextAccessor();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownLimit);
    }

    /// <summary>The strict reading and plain writing of JSON.</summary>
    public static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        json.PropertyNameCaseInsensitive = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.Converters.Insert(0, new WordJsonConverter());
        json.Converters.Insert(1, new InstantJsonConverter());
    }

    /// <summary>The pipeline in front of the endpoints.</summary>
    public static void UseHttpContract(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<Failures>();
        app.UseMergePatch();
        app.UseRouting();
        app.UseMiddleware<Admission>();
        app.UseMiddleware<Identification>();
        app.UseCallerLimit();
        app.UseMiddleware<AccessControl>();
        app.UseMiddleware<IdempotentWrites>();
        app.UseMiddleware<RequestShape>();
        app.UseMiddleware<BodyOwnership>();
    }
}
