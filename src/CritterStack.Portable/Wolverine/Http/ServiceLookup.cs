using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Wolverine.Http;

// Singletons are looked up once: a request that needs nothing else then never opens a scope.
internal sealed class ServiceLookup(IServiceProvider root, IServiceCollection registrations)
{
    internal bool IsService(Type type) => root.GetRequiredService<IServiceProviderIsService>().IsService(type);

    // Why an endpoint cannot take a service of this type, null when it can. The packages write each service's construction
    // into an endpoint's code, and refuse at its first request what they cannot write; this build refuses at the start.
    internal string? Refusal(Type type)
    {
        if (!IsService(type))
            return "is neither a value of the request nor a registered service";
        var own = Registrations(type);
        if (own.Length == 0 || own[^1] is { Lifetime: ServiceLifetime.Singleton })
            return null;
        return own[^1] is { ImplementationFactory: null, ImplementationType.IsVisible: true }
            ? null
            : "is a service with a factory or a hidden class and no singleton, which the packages cannot construct";
    }

    internal Func<HttpContext, T> For<T>() where T : notnull
    {
        if (!AllSingletons(typeof(T)))
            return context => context.RequestServices.GetRequiredService<T>();
        var instance = new Lazy<T>(root.GetRequiredService<T>);
        return _ => instance.Value;
    }

    internal Func<HttpContext, T[]> AllOf<T>() where T : notnull
    {
        if (!AllSingletons(typeof(T)))
            return context => [.. context.RequestServices.GetServices<T>()];
        var instances = new Lazy<T[]>(() => [.. root.GetServices<T>()]);
        return _ => instances.Value;
    }

    internal Expression Resolve(Type type, Expression context)
    {
        var lookup = typeof(ServiceLookup).GetMethod(nameof(For), BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(this, null)!;
        return Expression.Invoke(Expression.Constant(lookup), context);
    }

    private bool AllSingletons(Type type)
    {
        var own = Registrations(type);
        return own.Length > 0 && own.All(x => x.Lifetime == ServiceLifetime.Singleton);
    }

    private ServiceDescriptor[] Registrations(Type type) => [.. registrations.Where(x => !x.IsKeyedService
        && (x.ServiceType == type || (type.IsGenericType && x.ServiceType == type.GetGenericTypeDefinition())))];
}
