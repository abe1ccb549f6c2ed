using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Wolverine.FluentValidation;
using Wolverine.Http.FluentValidation;

namespace Wolverine;

/// <summary>Adds Wolverine to a host.</summary>
public static class HostBuilderExtensions
{
    /// <summary>
    /// Registers what the endpoints and their validation need. The calling assembly becomes the application's, because
    /// the entry assembly is the test runner's when the application is tested.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IHostBuilder UseWolverine(this IHostBuilder builder, Action<WolverineOptions>? overrides = null)
    {
        var caller = Assembly.GetCallingAssembly();
        return builder.ConfigureServices((_, services) => Register(services, caller, overrides));
    }

    private static void Register(IServiceCollection services, Assembly caller, Action<WolverineOptions>? overrides)
    {
        if (services.Any(x => x.ServiceType == typeof(WolverineOptions)))
            throw new InvalidOperationException("UseWolverine() can only be called once per host.");

        var options = new WolverineOptions(services, caller);
        overrides?.Invoke(options);
        services.AddSingleton(options);
        // An application's own source of problem details wins, whether it was registered before this or after.
        services.TryAddSingleton(typeof(IProblemDetailSource<>), typeof(ProblemDetailSource<>));
        if (options.FindsValidators)
            ValidatorScan.Register(services, options.ApplicationAssembly);
    }
}

/// <summary>Switches that belong to the package of runtime compilation.</summary>
public static class RuntimeCompilationExtensions
{
    /// <summary>Accepted for the sake of the packages: this build compiles each endpoint's binding when it is mapped.</summary>
    public static WolverineOptions UseRuntimeCompilation(this WolverineOptions options) => options;
}
