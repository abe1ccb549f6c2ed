using JasperFx;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CritterStack.Portable.Tests.Web;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("run")]
    [InlineData("--environment=Test", "--contentRoot=.")]
    [InlineData("--urls", "http://127.0.0.1:0")]
    public async Task The_host_runs_until_it_is_told_to_stop_and_the_exit_code_is_0(params string[] args)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        var application = builder.Build();
        var lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
        var started = new TaskCompletionSource();
        lifetime.ApplicationStarted.Register(started.SetResult);

        // The packages hold the calling thread while the host runs.
        var run = Task.Run(() => application.RunJasperFxCommands(args));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));
        lifetime.StopApplication();
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
