using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Http;

/// <summary>The endpoints of this program as they stand in its source: what each one reads from the query.</summary>
public static class EndpointMethods
{
    private static readonly Dictionary<(string Verb, string Pattern), MethodInfo> Methods = All();

    /// <summary>The method behind a route, or null for what this program did not write itself.</summary>
    public static MethodInfo? Find(string verb, string pattern) => Methods.GetValueOrDefault((verb, Normal(pattern)));

    /// <summary>The names of an endpoint's query parameters; none for what this program did not write itself.</summary>
    public static HashSet<string> ParametersOf(RouteEndpoint endpoint)
    {
        var verb = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var only, ..] ? only : "";
        var pattern = endpoint.RoutePattern.RawText ?? "";
        return Find(verb, pattern) is { } method ? [.. method.GetParameters().Where(p => IsQuery(p, pattern)).Select(p => p.Name!)] : [];
    }

    private static Dictionary<(string, string), MethodInfo> All()
    {
        var found = new Dictionary<(string, string), MethodInfo>();
        var classes = typeof(EndpointMethods).Assembly.GetTypes().Where(t => t.IsAbstract && t.IsSealed);
        foreach (var method in classes.SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static)))
            foreach (var route in method.GetCustomAttributes<WolverineHttpMethodAttribute>())
                found[(route.HttpMethod, Normal(route.Template))] = method;
        return found;
    }

    private static bool IsQuery(ParameterInfo parameter, string pattern) =>
        (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is { } type && (type == typeof(string) || type.IsPrimitive)
        && parameter.GetCustomAttribute<FromHeaderAttribute>() is null
        && !pattern.Contains($"{{{parameter.Name}}}", StringComparison.Ordinal);

    private static string Normal(string pattern) => pattern.Trim('/');
}
