using System.Linq.Expressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Wolverine.Http;

// Singletons are looked up once: a request that needs nothing else then never opens a scope.
internal sealed class ServiceLookup(IServiceProvider root, IServiceCollection registrations)
{
    internal bool IsService(Type type) => root.GetRequiredService<IServiceProviderIsService>().IsService(type);

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
        var lookup = typeof(ServiceLookup).GetMethod(nameof(For), System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(this, null)!;
        return Expression.Invoke(Expression.Constant(lookup), context);
    }

    private bool AllSingletons(Type type)
    {
        var own = registrations.Where(x => x.ServiceType == type
            || (type.IsGenericType && x.ServiceType == type.GetGenericTypeDefinition())).ToArray();
        return own.Length > 0 && own.All(x => x.Lifetime == ServiceLifetime.Singleton);
    }
}
