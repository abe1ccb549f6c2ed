using System.Diagnostics.CodeAnalysis;

namespace Wolverine.Http;

/// <summary>Makes a public static method of a public static class an endpoint.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class WolverineHttpMethodAttribute : Attribute
{
    /// <summary>The method and the route that the endpoint answers.</summary>
    protected WolverineHttpMethodAttribute(string httpMethod, string template)
    {
        HttpMethod = httpMethod;
        Template = template;
    }

    /// <summary>The HTTP method in upper case.</summary>
    public string HttpMethod { get; }

    /// <summary>The route's pattern.</summary>
    public string Template { get; }
}

/// <summary>An endpoint for GET.</summary>
public sealed class WolverineGetAttribute([StringSyntax("Route")] string template) : WolverineHttpMethodAttribute("GET", template);

/// <summary>An endpoint for POST.</summary>
public sealed class WolverinePostAttribute([StringSyntax("Route")] string template) : WolverineHttpMethodAttribute("POST", template);

/// <summary>An endpoint for PUT.</summary>
public sealed class WolverinePutAttribute([StringSyntax("Route")] string template) : WolverineHttpMethodAttribute("PUT", template);

/// <summary>An endpoint for PATCH.</summary>
public sealed class WolverinePatchAttribute([StringSyntax("Route")] string template) : WolverineHttpMethodAttribute("PATCH", template);

/// <summary>An endpoint for DELETE.</summary>
public sealed class WolverineDeleteAttribute([StringSyntax("Route")] string template) : WolverineHttpMethodAttribute("DELETE", template);
