using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Wolverine.Http;

// Where each parameter's value comes from, in the packages' order: an attribute, the context, the route, a header, the
// query, then the first concrete type of a call that is no GET as its body, and the container for all others.
internal sealed class ParameterBinding(MethodInfo method, string httpMethod, IReadOnlyCollection<string> routeNames, ServiceLookup services)
{
    internal static readonly ParameterExpression Context = Expression.Parameter(typeof(HttpContext), "context");

    private static readonly Type[] Lists = [typeof(List<>), typeof(IList<>), typeof(IReadOnlyList<>), typeof(IEnumerable<>)];

    private ParameterInfo? body;
    private ParameterExpression? bodyVariable;

    internal Type? BodyType => body?.ParameterType;

    // A parameter that stands for the body once it has been read.
    internal ParameterExpression BodyVariable => bodyVariable ??= Expression.Parameter(BodyType ?? typeof(object), "body");

    internal Expression[] BindAll() => method.GetParameters().Select(Bind).ToArray();

    private Expression Bind(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var attributes = parameter.GetCustomAttributes().ToArray();
        if (attributes.OfType<IFromServiceMetadata>().Any())
            return TakeService(parameter);
        if (OfContext(type) is { } element)
            return element;
        if (routeNames.Contains(parameter.Name))
            return type == typeof(string)
                ? Call(nameof(RouteText), parameter.Name!)
                : throw Unsupported(parameter, "comes from the route, whose values are strings in this build");
        if (string.Equals(parameter.Name, "now", StringComparison.OrdinalIgnoreCase))
            throw Unsupported(parameter, "has the name that the packages give the current time");
        if (attributes.OfType<IFromHeaderMetadata>().FirstOrDefault() is { } header)
            return OfText(parameter, nameof(HeaderText), header.Name ?? parameter.Name!)
                ?? throw Unsupported(parameter, "cannot be read from a header");
        var query = attributes.OfType<IFromQueryMetadata>().FirstOrDefault();
        if (type == typeof(string[]))
            return Call(nameof(QueryTexts), query?.Name ?? parameter.Name!);
        if (OfText(parameter, nameof(QueryText), query?.Name ?? parameter.Name!) is { } value)
            return value;
        if (query is not null || IsReadFromText(type))
            throw Unsupported(parameter, "cannot be read from the query by this build");
        return httpMethod != "GET" && body is null && !type.IsAbstract && !type.IsInterface ? TakeBody(parameter) : TakeService(parameter);
    }

    private ParameterExpression TakeBody(ParameterInfo parameter)
    {
        if (services.IsService(parameter.ParameterType))
            throw Unsupported(parameter, "is a service, but stands where the packages expect the body: mark it [FromServices]");
        body = parameter;
        return BodyVariable;
    }

    private Expression TakeService(ParameterInfo parameter) =>
        services.Refusal(parameter.ParameterType) is { } refusal
            ? throw Unsupported(parameter, refusal)
            : services.Resolve(parameter.ParameterType, Context);

    // What the packages take from the query although it looks like a body: whatever can be parsed, and lists of that.
    private static bool IsReadFromText(Type type) =>
        type.GetMethods().Any(x => x.Name == "TryParse")
        || (type.IsArray && (type.GetElementType() == typeof(string) || IsReadFromText(type.GetElementType()!)))
        || (type.IsGenericType && Lists.Contains(type.GetGenericTypeDefinition())
            && (type.GenericTypeArguments[0] == typeof(string) || IsReadFromText(type.GenericTypeArguments[0])));

    private static Expression? OfContext(Type type) =>
        type == typeof(HttpContext) ? Context
        : type == typeof(HttpRequest) ? Expression.Property(Context, nameof(HttpContext.Request))
        : type == typeof(HttpResponse) ? Expression.Property(Context, nameof(HttpContext.Response))
        : type == typeof(ClaimsPrincipal) ? Expression.Property(Context, nameof(HttpContext.User))
        : type == typeof(CancellationToken) ? Expression.Property(Context, nameof(HttpContext.RequestAborted))
        : null;

    // A value that does not parse is the type's default, as it is in the packages: an endpoint that must refuse it
    // takes the string.
    private static Expression? OfText(ParameterInfo parameter, string source, string name)
    {
        var type = parameter.ParameterType;
        var text = Call(source, name);
        if (type == typeof(string))
            return text;
        var inner = Nullable.GetUnderlyingType(type);
        var parsed = inner ?? type;
        var isParsable = parsed.GetInterfaces().Any(x => x.IsGenericType && x.GetGenericTypeDefinition() == typeof(IParsable<>));
        if (!parsed.IsValueType || (!parsed.IsEnum && !isParsable))
            return null;
        var parser = (parsed.IsEnum, inner is not null) switch
        {
            (true, true) => nameof(EnumOrNull),
            (true, false) => nameof(EnumOrDefault),
            (false, true) => nameof(ValueOrNull),
            (false, false) => nameof(ValueOrDefault),
        };
        return Expression.Call(typeof(ParameterBinding), parser, [parsed], text);
    }

    private static MethodCallExpression Call(string source, string name) =>
        Expression.Call(typeof(ParameterBinding), source, null, Context, Expression.Constant(name));

    private static string? RouteText(HttpContext context, string name) => (string?)context.GetRouteValue(name);

    private static string? QueryText(HttpContext context, string name) => context.Request.Query[name];

    private static string?[] QueryTexts(HttpContext context, string name) => context.Request.Query[name].ToArray();

    private static string? HeaderText(HttpContext context, string name) => context.Request.Headers[name].SingleOrDefault();

    private static T? ValueOrNull<T>(string? text) where T : struct, IParsable<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static T ValueOrDefault<T>(string? text) where T : struct, IParsable<T> => ValueOrNull<T>(text).GetValueOrDefault();

    private static T? EnumOrNull<T>(string? text) where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) ? value : null;

    private static T EnumOrDefault<T>(string? text) where T : struct, Enum => EnumOrNull<T>(text).GetValueOrDefault();

    private InvalidOperationException Unsupported(ParameterInfo parameter, string why) =>
        new($"Parameter '{parameter.Name}' of {method.DeclaringType!.FullName}.{method.Name} {why}.");
}
