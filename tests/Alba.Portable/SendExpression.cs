using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Alba;

/// <summary>A request that can still be changed.</summary>
public sealed class SendExpression
{
    private readonly Scenario scenario;

    internal SendExpression(Scenario scenario) => this.scenario = scenario;

    /// <summary>Sets the media type of the body.</summary>
    public SendExpression ContentType(string contentType) => Modify(x => x.Headers.ContentType = contentType);

    /// <summary>Sets the media types that the answer may have.</summary>
    public SendExpression Accepts(string accepts) => Modify(x => x.Headers.Accept = accepts);

    /// <summary>Sets the path, as it stands: without a query and without decoding.</summary>
    public SendExpression ToUrl([StringSyntax(StringSyntaxAttribute.Uri)] string url) => Modify(x => x.Path = url);

    /// <summary>Adds a value to the query.</summary>
    public SendExpression QueryString(string paramName, string paramValue) =>
        Modify(x => x.QueryString = x.QueryString.Add(paramName, paramValue));

    private SendExpression Modify(Action<HttpRequest> change)
    {
        scenario.ConfigureHttpContext(x => change(x.Request));
        return this;
    }
}
