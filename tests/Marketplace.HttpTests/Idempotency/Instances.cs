using Alba;
using Marketplace.HttpTests.Logs;
using Marketplace.HttpTests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>Further instances of the application on a database.</summary>
public static class Instances
{
    /// <summary>Starts one with a clock or settings of its own.</summary>
    public static Task<IAlbaHost> StartAsync(string connectionString, TimeProvider? clock = null, params (string Name, string Value)[] settings) =>
        AlbaHost.For<Program>(builder =>
        {
            builder.UseSetting("ConnectionStrings:Marketplace", connectionString).UseSetting("Limits:RequestsPerSecond", "0").IsHeard();
            foreach (var (name, value) in settings.Append(Tokens.Setting)) builder.UseSetting(name, value);
            if (clock is not null) builder.ConfigureServices(services => services.AddSingleton(clock));
        });

    /// <summary>How many rows the table of keys has.</summary>
    public static Task<long> KeysAsync(this MarketplaceFixture app) => app.Database.ScalarAsync<long>("select count(*) from marketplace.idempotency_key");
}
