using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Wolverine.Http;

// What becomes of an endpoint's result: nothing is 204, a result writes itself, text is text, an absent body is 404,
// anything else is JSON.
internal static class ResultWriter
{
    internal static Task WriteNothing(HttpContext context)
    {
        if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status200OK })
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    internal static async Task AwaitNothing(Task done, HttpContext context)
    {
        await done;
        await WriteNothing(context);
    }

    internal static Task Write<T>(T? value, HttpContext context, JsonSerializerOptions options)
    {
        if (value is IResult result)
            return result.ExecuteAsync(context);
        if (value is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        if (value is string text)
        {
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync(text, context.RequestAborted);
        }
        return context.Response.WriteAsJsonAsync(value, options, context.RequestAborted);
    }

    internal static async Task Await<T>(Task<T?> pending, HttpContext context, JsonSerializerOptions options) =>
        await Write(await pending, context, options);

    internal static Task AwaitValue<T>(ValueTask<T?> pending, HttpContext context, JsonSerializerOptions options) =>
        Await(pending.AsTask(), context, options);
}
