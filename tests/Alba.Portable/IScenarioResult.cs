using Microsoft.AspNetCore.Http;

namespace Alba;

/// <summary>The answer of a scenario.</summary>
public interface IScenarioResult
{
    /// <summary>The exchange as the server saw it.</summary>
    HttpContext Context { get; }

    /// <summary>The body as text; can be read again.</summary>
    string ReadAsText();

    /// <summary>The body as text; can be read again.</summary>
    Task<string> ReadAsTextAsync();

    /// <summary>
    /// The body from JSON by the application's own options; JSON <c>null</c> throws <see cref="AlbaJsonFormatterException"/>. The
    /// first reading of a body must be the only one: read it as text first to read it again.
    /// </summary>
    T ReadAsJson<T>();

    /// <summary>
    /// The body from JSON by the application's own options; JSON <c>null</c> throws <see cref="AlbaJsonFormatterException"/>. The
    /// first reading of a body must be the only one: read it as text first to read it again.
    /// </summary>
    Task<T> ReadAsJsonAsync<T>();
}
