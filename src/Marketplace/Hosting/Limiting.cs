using Marketplace.Limits;

namespace Marketplace.Hosting;

/// <summary>The limits of requests and connections, put together.</summary>
public static class Limiting
{
    /// <summary>The most bytes of a request's headers together.</summary>
    public const int HeaderBytes = 16 * 1024;

    /// <summary>The most header lines of a request.</summary>
    public const int HeaderLines = 100;

    /// <summary>The most bytes of a request's first line: method, path with query, version.</summary>
    public const int RequestLineBytes = 8 * 1024;

    /// <summary>The most bytes of a body that the server takes in where nothing else is said; JSON bodies have a limit of their own.</summary>
    public const int ServerBodyBytes = 1024 * 1024;

    /// <summary>The fewest bytes a second at which a body must arrive and an answer be taken, after a moment's grace.</summary>
    public const int LeastBytesPerSecond = 240;

    /// <summary>The grace before a rate of bytes is asked for.</summary>
    public static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    /// <summary>Reads the section <c>Limits</c> and sets the server up by it.</summary>
    /// <returns>False when something is wrong with the section; what it is has been said.</returns>
    public static bool TryAddLimits(this WebApplicationBuilder builder)
    {
        if (Read(builder.Configuration) is not { } limits) return false;
        builder.Services.AddSingleton(limits);
        builder.Services.AddRateLimiter(options => CallerLimit.Configure(options, limits));
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            var kestrel = server.Limits;
            kestrel.MaxRequestBodySize = ServerBodyBytes;
            kestrel.MaxRequestHeadersTotalSize = HeaderBytes;
            kestrel.MaxRequestHeaderCount = HeaderLines;
            kestrel.MaxRequestLineSize = RequestLineBytes;
            kestrel.MinRequestBodyDataRate = new(LeastBytesPerSecond, RateGrace);
            kestrel.MinResponseDataRate = new(LeastBytesPerSecond, RateGrace);
            kestrel.MaxConcurrentConnections = limits[LimitSettings.Connections];
            kestrel.RequestHeadersTimeout = limits.Time(LimitSettings.HeaderSeconds);
            kestrel.KeepAliveTimeout = limits.Time(LimitSettings.IdleSeconds);
        });
        return true;
    }

    /// <summary>Counts requests by caller from here on, unless the limit is switched off.</summary>
    public static void UseCallerLimit(this WebApplication app)
    {
        if (app.Services.GetRequiredService<LimitSettings>()[LimitSettings.RequestsPerSecond] > 0) app.UseRateLimiter();
    }

    private static LimitSettings? Read(IConfiguration configuration)
    {
        try
        {
            return LimitSettings.Read(configuration);
        }
        catch (InvalidSettingException e)
        {
            // Not a defect but a slip of whoever set it: the sentence says what to do, a stack trace would hide it.
            Console.Error.WriteLine(e.Message);
            return null;
        }
    }
}
