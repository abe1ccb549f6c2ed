using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Alba;

internal sealed class ScenarioResult(HttpContext context, JsonSerializerOptions json) : IScenarioResult
{
    public HttpContext Context => context;

    public string ReadAsText() => ReadAsTextAsync().GetAwaiter().GetResult();

    public async Task<string> ReadAsTextAsync()
    {
        if (context.Response.Body is not MemoryStream)
        {
            var copy = new MemoryStream();
            await context.Response.Body.CopyToAsync(copy);
            context.Response.Body = copy;
        }
        context.Response.Body.Position = 0;
        var text = await ReadToEndAsync();
        context.Response.Body.Position = 0;
        return text;
    }

    public T ReadAsJson<T>() => ReadAsJsonAsync<T>().GetAwaiter().GetResult();

    public async Task<T> ReadAsJsonAsync<T>()
    {
        var text = await ReadToEndAsync();
        return JsonSerializer.Deserialize<T>(text, json) ?? throw new AlbaJsonFormatterException(text);
    }

    private async Task<string> ReadToEndAsync()
    {
        using var reader = new StreamReader(context.Response.Body, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}
