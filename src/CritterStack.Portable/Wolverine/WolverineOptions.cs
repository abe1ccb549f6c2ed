using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Wolverine;

/// <summary>What the application says about itself in <see cref="HostBuilderExtensions.UseWolverine"/>.</summary>
public sealed class WolverineOptions
{
    internal WolverineOptions(IServiceCollection services, Assembly applicationAssembly)
    {
        Services = services;
        ApplicationAssembly = applicationAssembly;
    }

    /// <summary>
    /// The assembly that is searched for endpoints and validators. By default the one that called
    /// <see cref="HostBuilderExtensions.UseWolverine"/>, which under a test runner is still the application.
    /// </summary>
    public Assembly ApplicationAssembly { get; set; }

    /// <summary>How durable messages are shared between nodes. This build sends none.</summary>
    public DurabilitySettings Durability { get; } = new();

    internal IServiceCollection Services { get; }

    internal bool FindsValidators { get; set; }
}

/// <summary>Settings of durable messaging, of which the application uses the mode alone.</summary>
public sealed class DurabilitySettings
{
    /// <summary>Whether this node works alone; accepted for the sake of the packages, without effect here.</summary>
    public DurabilityMode Mode { get; set; } = DurabilityMode.Balanced;
}

/// <summary>How nodes share durable work.</summary>
public enum DurabilityMode
{
    /// <summary>One node, no election among nodes.</summary>
    Solo,

    /// <summary>Several nodes that share the work.</summary>
    Balanced,
}
