namespace Marketplace.Idempotency;

/// <summary>What idempotency needs registered.</summary>
public static class IdempotencyServices
{
    /// <summary>Registers the table of keys and its sweeper.</summary>
    public static void AddIdempotency(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<KeyStore>().AddSingleton<KeysInUse>();
        services.AddHostedService<ExpiredKeys>();
    }
}
