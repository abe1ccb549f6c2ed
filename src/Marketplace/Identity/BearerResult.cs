namespace Marketplace.Identity;

/// <summary>What came of looking for a request's token.</summary>
/// <param name="Bearer">Who bears it, when it is valid.</param>
/// <param name="Fault">One sentence that says why it is not, fit for the caller; null when it is, or when there is none.</param>
/// <param name="IsUnavailable">Whether nobody can tell just now, because the authority cannot be reached.</param>
public readonly record struct BearerResult(Bearer? Bearer, string? Fault, bool IsUnavailable)
{
    /// <summary>No token was sent.</summary>
    public static BearerResult None => default;

    /// <summary>The token cannot be judged.</summary>
    public static BearerResult Unavailable => new(null, null, true);

    /// <summary>The token is valid.</summary>
    public static BearerResult Valid(Bearer bearer) => new(bearer, null, false);

    /// <summary>The token is not valid.</summary>
    public static BearerResult Invalid(string fault) => new(null, fault, false);

    /// <summary>What came of looking for this request's token.</summary>
    public static BearerResult Of(HttpContext http) => http.Features.Get<BearerResult?>() ?? None;

    /// <summary>Notes it with the request; whatever comes later in the pipeline reads it with <see cref="Of"/>.</summary>
    public void Note(HttpContext http)
    {
        if (this != None) http.Features.Set<BearerResult?>(this);
    }
}
