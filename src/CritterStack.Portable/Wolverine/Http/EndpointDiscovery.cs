using System.Reflection;

namespace Wolverine.Http;

internal static class EndpointDiscovery
{
    // The packages run a method of such a name around every endpoint of its class; this build does not, and says so.
    private static readonly HashSet<string> MiddlewareNames =
    [
        "Before", "BeforeAsync", "Load", "LoadAsync", "Validate", "ValidateAsync", "After", "AfterAsync", "AfterCommit",
        "AfterCommitAsync", "PostProcess", "PostProcessAsync", "Finally", "FinallyAsync", "OnException", "OnExceptionAsync", "Configure",
    ];

    internal static IReadOnlyList<(MethodInfo Method, WolverineHttpMethodAttribute Route)> Find(Assembly assembly)
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
            | BindingFlags.DeclaredOnly;
        var found = new List<(MethodInfo, WolverineHttpMethodAttribute)>();
        foreach (var type in assembly.GetTypes())
        {
            var endpoints = type.GetMethods(Any)
                .Select(method => (Method: method, Route: method.GetCustomAttribute<WolverineHttpMethodAttribute>()!))
                .Where(x => x.Route is not null)
                .ToArray();
            if (endpoints.Length == 0)
                continue;
            if (!type.IsPublic || type.IsGenericType
                || endpoints.Any(x => !x.Method.IsPublic || !x.Method.IsStatic || x.Method.IsGenericMethod))
                throw new InvalidOperationException(
                    $"The endpoints of {type.FullName} must be public static methods of a public, not nested, not generic class.");
            if (type.GetMethods().FirstOrDefault(x => MiddlewareNames.Contains(x.Name)) is { } middleware)
                throw new InvalidOperationException(
                    $"{type.FullName}.{middleware.Name} has the name of a middleware method, which would run around every endpoint there.");
            found.AddRange(endpoints);
        }
        return found;
    }
}
