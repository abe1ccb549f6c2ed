using System.Reflection;
using JasperFx.CodeGeneration;
using Wolverine;
using Wolverine.Http;

namespace Marketplace.Hosting;

/// <summary>Wolverine as this program uses it: for its HTTP endpoints alone.</summary>
public static class Endpoints
{
    private const string GeneratedNamespace = "Internal.Generated.WolverineHandlers";

    /// <summary>Registers the endpoints.</summary>
    public static void AddEndpoints(this WebApplicationBuilder builder)
    {
        var assembly = typeof(Program).Assembly;
        builder.Services.AddWolverineHttp();
        builder.Host.UseWolverine(options =>
        {
            options.ApplicationAssembly = assembly;
            options.CodeGeneration.TypeLoadMode = HasGeneratedCode(assembly) ? TypeLoadMode.Static : TypeLoadMode.Dynamic;
            options.CodeGeneration.SourceCodeWritingEnabled = false;
            // Compiling at the start is the developer's convenience; its compiler costs a second to load.
            if (!HasGeneratedCode(assembly)) options.UseRuntimeCompilation();
            options.Durability.Mode = DurabilityMode.MediatorOnly;
        });
    }

    // The build decides (Marketplace.csproj): Release compiles the code below Internal/Generated, Debug leaves it out.
    private static bool HasGeneratedCode(Assembly assembly) =>
        assembly.GetType($"{GeneratedNamespace}.{HttpEndpointRegistry.GeneratedTypeName}") is not null;
}
