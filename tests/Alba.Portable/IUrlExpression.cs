using System.Diagnostics.CodeAnalysis;

namespace Alba;

/// <summary>A request whose method is known: what it carries, or where it goes.</summary>
public interface IUrlExpression
{
    /// <summary>Sends nothing to this path and query. The path is taken as it stands, without decoding.</summary>
    SendExpression Url([StringSyntax(StringSyntaxAttribute.Uri)] string relativeUrl);

    /// <summary>Sends a value as JSON, written by the application's own options, and accepts JSON.</summary>
    SendExpression Json<T>(T input);

    /// <summary>Sends text as application/json, whether it is JSON or not.</summary>
    SendExpression RawJson(string input);

    /// <summary>Sends text as text/plain.</summary>
    SendExpression Text(string text);

    /// <summary>Sends bytes without a media type.</summary>
    SendExpression ByteArray(byte[] input);
}
