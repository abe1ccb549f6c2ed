using DevelopmentIssuer;

namespace Marketplace.Identity;

/// <summary>Whose tokens this program trusts: those of one OpenID Connect issuer, or in development its own. Never both, never nobody's by default.</summary>
public sealed record IdentitySettings
{
    /// <summary>Names the OpenID Connect issuer; in the environment <c>Authentication__Authority</c>.</summary>
    public const string AuthorityName = "Authentication:Authority";

    /// <summary>Names what tokens must be for; in the environment <c>Authentication__Audience</c>.</summary>
    public const string AudienceName = "Authentication:Audience";

    /// <summary>Names the file of the development key; in the environment <c>Authentication__DevelopmentKeyFile</c>.</summary>
    public const string DevelopmentKeyFileName = "Authentication:DevelopmentKeyFile";

    /// <summary>The OpenID Connect issuer, or null.</summary>
    public Uri? Authority { get; private init; }

    /// <summary>What the authority's tokens must be for, or null without an authority.</summary>
    public string? Audience { get; private init; }

    /// <summary>The file of the key with which this program signs tokens of its own, or null with an authority.</summary>
    public string? DevelopmentKeyFile { get; private init; }

    /// <summary>Nobody's tokens: for a program that serves no requests.</summary>
    public static IdentitySettings Nobody { get; } = new();

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">Where they stand.</param>
    /// <param name="developmentFolder">The folder for the program's own key, or null where the data is on another machine: then nobody is trusted who is not named.</param>
    /// <param name="settings">The settings, when there is no problem.</param>
    /// <returns>Null, or a sentence that says what must be set: the program cannot serve without it.</returns>
    public static string? Read(IConfiguration configuration, string? developmentFolder, out IdentitySettings settings)
    {
        settings = Nobody;
        var (authority, audience, keyFile) = (Text(AuthorityName), Text(AudienceName), Text(DevelopmentKeyFileName));
        if (authority is null && audience is not null) return $"{AudienceName} is set and {AuthorityName} is not: set both, to trust an OpenID Connect issuer.";
        if (authority is not null && keyFile is not null)
            return $"{AuthorityName} and {DevelopmentKeyFileName} are both set: tokens come from one issuer. Take one of them away.";
        if (authority is not null)
        {
            if (audience is null) return $"{AuthorityName} is set and {AudienceName} is not: without it, tokens meant for others would be trusted.";
            if (!Uri.TryCreate(authority, UriKind.Absolute, out var address) || !IsAuthority(address))
                return $"{AuthorityName} must be an https address without a query (http only on this machine itself): it is what discovery is read below.";
            settings = new IdentitySettings { Authority = address, Audience = audience };
            return null;
        }
        if (keyFile is null && developmentFolder is null)
            return $"The database is on another machine, and nobody is named whose tokens to trust: set {AuthorityName} and {AudienceName} to an OpenID Connect issuer "
                + $"and what it calls this program; or, for development alone, {DevelopmentKeyFileName} to a file in which the program keeps a key of its own. "
                + "(In the environment, two underscores stand for the colon.)";
        settings = new IdentitySettings { DevelopmentKeyFile = Path.GetFullPath(keyFile ?? Path.Combine(developmentFolder!, DevelopmentKey.FileName)) };
        return null;

        string? Text(string name) => configuration[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
    }

    private static bool IsAuthority(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0;
}
