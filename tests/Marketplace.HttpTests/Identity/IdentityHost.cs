using Alba;
using Marketplace.HttpTests.Logs;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.HttpTests.Identity;

/// <summary>The application in memory, by a clock of the test's and with settings of the test's alone.</summary>
public static class IdentityHost
{
    public static Task<IAlbaHost> StartAsync(string connectionString, TimeProvider clock, params (string Name, string Value)[] settings) =>
        AlbaHost.For<Program>(builder =>
        {
            builder.UseSetting("ConnectionStrings:Marketplace", connectionString).UseSetting("Limits:RequestsPerSecond", "0").IsHeard();
            foreach (var (name, value) in settings) builder.UseSetting(name, value);
            builder.ConfigureServices(services => services.AddSingleton(clock));
        });
}
