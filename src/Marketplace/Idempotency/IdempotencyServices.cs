namespace Marketplace.Idempotency;

/// <summary>What idempotency needs registered.</summary>
public static class IdempotencyServices
{
    /// <summary>Registers the table of keys and its sweeper.</summary>
    /// <exception cref="InvalidOperationException">The lifetime that is configured is out of bounds.</exception>
    public static void AddIdempotency(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(provider => KeyLifetime.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<KeyStore>().AddSingleton<KeysInUse>();
        services.AddHostedService<ExpiredKeys>();
    }
}
