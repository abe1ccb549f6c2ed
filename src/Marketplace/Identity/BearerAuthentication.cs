using System.Security.Cryptography;
using DevelopmentIssuer;
using Marketplace.Domain;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity;

/// <summary>How tokens are checked, put together from the settings.</summary>
public static partial class BearerAuthentication
{
    /// <summary>How far the clocks of an authority and of this program may differ. The program's own tokens have its own clock: to the second.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Under this name the handler hands on what a valid token says.</summary>
    public const string BearerKey = "bearer";

    // An authority publishes public keys, so none of these takes its key for a shared secret.
    private static readonly string[] AuthorityAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Registers the handler's options and who asks it.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="settings">Whose tokens are trusted.</param>
    /// <param name="besideOwnData">Whether the program keeps its data itself, so that nobody expects tokens of an issuer.</param>
    /// <exception cref="DevelopmentKeyException">The development key cannot be had.</exception>
    public static void AddIdentity(this WebApplicationBuilder builder, IdentitySettings settings, bool besideOwnData)
    {
        var services = builder.Services;
        services.AddSingleton<KnownTokens>().AddSingleton<BearerTokens>();
        if (settings.Authority is { } authority)
            services.AddSingleton(provider => new AuthorityKeys(authority, Client(), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<AuthorityKeys>>()));
        var ownKey = settings.DevelopmentKeyFile is { } file ? PublicKey(file) : null;
        services.AddOptions<JwtBearerOptions>(BearerTokens.Scheme).Configure<IServiceProvider>((options, provider) =>
        {
            var clock = provider.GetRequiredService<TimeProvider>();
            options.MapInboundClaims = false;
            options.TimeProvider = clock;
            options.ConfigurationManager = provider.GetService<AuthorityKeys>();
            options.TokenHandlers.Clear();
            options.TokenHandlers.Add(new JsonWebTokenHandler { MapInboundClaims = false, MaximumTokenSizeInBytes = BearerTokens.LongestToken });
            options.TokenValidationParameters = Parameters(settings, ownKey, clock);
            options.Events = new JwtBearerEvents { OnTokenValidated = validated => KeepBearer(validated, SkewOf(ownKey)) };
        });
        if (settings.DevelopmentKeyFile is not { } used) return;
        var level = besideOwnData ? LogLevel.Information : LogLevel.Warning;
        services.AddHostedService(provider => new Notice(used, level, provider.GetRequiredService<ILogger<Notice>>()));
    }

    private static TokenValidationParameters Parameters(IdentitySettings settings, SecurityKey? ownKey, TimeProvider clock) => new()
    {
        ValidAlgorithms = ownKey is null ? AuthorityAlgorithms : [DevelopmentTokens.Algorithm],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        ValidateIssuer = true,
        ValidateAudience = true,
        ValidateLifetime = true,
        ValidateIssuerSigningKey = true,
        // With an authority, issuer and keys are those of its discovery document.
        ValidIssuer = ownKey is null ? null : DevelopmentTokens.Issuer,
        ValidAudience = ownKey is null ? settings.Audience : DevelopmentTokens.Audience,
        IssuerSigningKey = ownKey,
        NameClaimType = "sub",
        RoleClaimType = "role",
        LifetimeValidator = (from, until, _, _) => IsWithin(from, until, clock.GetUtcNow(), SkewOf(ownKey)),
    };

    private static TimeSpan SkewOf(SecurityKey? ownKey) => ownKey is null ? ClockSkew : TimeSpan.Zero;

    // The library's own check reads the machine's clock; this one reads the program's.
    private static bool IsWithin(DateTime? from, DateTime? until, DateTimeOffset now, TimeSpan skew)
    {
        if (until is not { } end) throw new SecurityTokenNoExpirationException();
        if (from is { } begin && Utc(begin) > now + skew) throw new SecurityTokenNotYetValidException();
        if (Utc(end) <= now - skew) throw new SecurityTokenExpiredException();
        return true;
    }

    private static Task KeepBearer(TokenValidatedContext context, TimeSpan skew)
    {
        var token = (JsonWebToken)context.SecurityToken;
        // RFC 7515, 4.1.11: what the issuer calls critical must be understood, and no extension is.
        if (token.TryGetHeaderValue<object>("crit", out _)) context.Fail(new InvalidClaimException("The token has critical extensions that are not known here."));
        else if (!token.TryGetClaim("sub", out var sub) || !Bearer.IsSubject(sub.Value))
            context.Fail(new InvalidClaimException($"The token needs a sub of 1 to {Bearer.MaxSubject} visible ASCII characters."));
        else if (token.Claims.All(claim => claim.Type != "role")) context.Fail(new InvalidClaimException("The token needs a role."));
        else
        {
            var roles = new RoleSet();
            foreach (var claim in token.Claims)
                if (claim.Type == "role" && Word.Parse<Role>(claim.Value) is { } role) roles = roles.With(role);
            var from = token.TryGetClaim("nbf", out _) ? Utc(token.ValidFrom) - skew : DateTimeOffset.MinValue;
            context.Properties.SetParameter(BearerKey, new Bearer(sub.Value, roles, from, Utc(token.ValidTo) + skew));
        }
        return Task.CompletedTask;
    }

    private static DateTimeOffset Utc(DateTime instant) => new(DateTime.SpecifyKind(instant, DateTimeKind.Utc));

    private static ECDsaSecurityKey PublicKey(string file)
    {
        using var key = DevelopmentKey.ReadOrMake(file);
        return new ECDsaSecurityKey(ECDsa.Create(key.Public)) { KeyId = key.KeyId };
    }

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        // Where the authority is was configured; nobody else may move it.
        AllowAutoRedirect = false,
        ConnectTimeout = AuthorityKeys.Timeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = AuthorityKeys.Timeout,
        MaxResponseContentBufferSize = AuthorityKeys.LargestDocument,
    };

    // Nobody should find out late that tokens are not an issuer's.
    private sealed partial class Notice(string file, LogLevel level, ILogger<Notice> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Told(log, level, file);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        [LoggerMessage("Tokens are this program's own, signed with the key in {File}: for development alone")]
        private static partial void Told(ILogger log, LogLevel level, string file);
    }
}
