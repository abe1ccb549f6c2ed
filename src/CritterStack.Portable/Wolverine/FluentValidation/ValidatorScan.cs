using System.Reflection;
using FluentValidation;
using Microsoft.Extensions.DependencyInjection;

namespace Wolverine.FluentValidation;

internal static class ValidatorScan
{
    // A validator without dependencies holds no state of a request, so one serves all; one with dependencies may not.
    internal static void Register(IServiceCollection services, Assembly assembly)
    {
        foreach (var validator in assembly.ExportedTypes.Where(x => x is { IsAbstract: false, ContainsGenericParameters: false }))
        {
            foreach (var contract in validator.GetInterfaces().Where(IsValidator))
            {
                var lifetime = validator.GetConstructors().Any(x => x.GetParameters().Length > 0)
                    ? ServiceLifetime.Scoped
                    : ServiceLifetime.Singleton;
                services.Add(new ServiceDescriptor(contract, validator, lifetime));
            }
        }
    }

    private static bool IsValidator(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IValidator<>);
}
