using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Wolverine.Http;

internal sealed class EndpointFactory(IServiceProvider provider, ServiceLookup services, WolverineHttpOptions options)
{
    private readonly JsonSerializerOptions json = provider.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

    internal Endpoint Build((MethodInfo Method, WolverineHttpMethodAttribute Route) found)
    {
        var (method, route) = found;
        var pattern = RoutePatternFactory.Parse(route.Template);
        var binding = new ParameterBinding(method, route.HttpMethod, [.. pattern.Parameters.Select(x => x.Name)], services);
        var call = Answer(Expression.Call(method, binding.BindAll()));
        var builder = new RouteEndpointBuilder(null, pattern, order: 0) { DisplayName = $"{method.DeclaringType!.Name}.{method.Name}" };

        if (binding.BodyType is { } bodyType)
        {
            typeof(EndpointFactory).GetMethod(nameof(WithBody), BindingFlags.Instance | BindingFlags.NonPublic)!
                .MakeGenericMethod(bodyType).Invoke(this, [builder, call, binding.BodyVariable, method, route]);
        }
        else
        {
            builder.RequestDelegate = Expression.Lambda<RequestDelegate>(call, ParameterBinding.Context).Compile();
            Describe(builder, method, route);
        }
        foreach (var attribute in method.DeclaringType!.GetCustomAttributes().Concat(method.GetCustomAttributes()))
            builder.Metadata.Add(attribute);
        return builder.Build();
    }

    private void WithBody<T>(
        RouteEndpointBuilder builder, Expression call, ParameterExpression body, MethodInfo method, WolverineHttpMethodAttribute route)
    {
        var run = Expression.Lambda<Func<HttpContext, T?, Task>>(call, ParameterBinding.Context, body).Compile();
        var validation = BodyValidation<T>.For(services, options);
        builder.RequestDelegate = async context =>
        {
            var (read, value) = await JsonBody.ReadAsync<T>(context, json);
            if (!read)
                return;
            if (validation is not null && await validation.CheckAsync(context, value!) is { } invalid)
                await invalid.ExecuteAsync(context);
            else
                await run(context, value);
        };

        Describe(builder, method, route);
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));
        if (validation is not null)
            builder.Metadata.Add(new ProducesResponseTypeMetadata(400, typeof(HttpValidationProblemDetails), ["application/problem+json"]));
    }

    // The framework's own reading of the signature gives the OpenAPI document its parameters and results.
    private void Describe(RouteEndpointBuilder builder, MethodInfo method, WolverineHttpMethodAttribute route)
    {
        builder.Metadata.Add(method);
        builder.Metadata.Add(new HttpMethodMetadata([route.HttpMethod]));
        builder.Metadata.Add(new EndpointNameMetadata(Name(route)));
        RequestDelegateFactory.InferMetadata(method, new RequestDelegateFactoryOptions
        {
            EndpointBuilder = builder,
            ServiceProvider = provider,
            RouteParameterNames = builder.RoutePattern.Parameters.Select(x => x.Name),
        });
    }

    private static string Name(WolverineHttpMethodAttribute route) => string.Join('_',
        [route.HttpMethod, .. route.Template.Split(['/', '{', '}', '-', '.', ':', '*', '?'], StringSplitOptions.RemoveEmptyEntries)]);

    // The call's result, written: an expression of type Task.
    private Expression Answer(MethodCallExpression call)
    {
        var context = ParameterBinding.Context;
        var options = Expression.Constant(json);
        if (call.Type == typeof(void))
            return Expression.Block(call, Expression.Call(typeof(ResultWriter), nameof(ResultWriter.WriteNothing), null, context));
        if (call.Type == typeof(Task))
            return Expression.Call(typeof(ResultWriter), nameof(ResultWriter.AwaitNothing), null, call, context);
        var (writer, type) = call.Type.IsGenericType && call.Type.GetGenericTypeDefinition() == typeof(Task<>)
            ? (nameof(ResultWriter.Await), call.Type.GenericTypeArguments[0])
            : call.Type.IsGenericType && call.Type.GetGenericTypeDefinition() == typeof(ValueTask<>)
            ? (nameof(ResultWriter.AwaitValue), call.Type.GenericTypeArguments[0])
            : (nameof(ResultWriter.Write), call.Type);
        if (type == typeof(IEnumerable<object>) || type == typeof(object[])
            || type.IsAssignableTo(typeof(ITuple)) || type.IsAssignableTo(typeof(IAsyncEnumerable<object>)))
            throw new InvalidOperationException(
                $"{call.Method.DeclaringType!.FullName}.{call.Method.Name} returns {type}, which the packages would take for messages.");
        return Expression.Call(typeof(ResultWriter), writer, [type], call, context, options);
    }
}
