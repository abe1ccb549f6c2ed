using System.Diagnostics;
using System.Text.Json;
using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Processes;

/// <summary>The load client's process, seen from outside.</summary>
internal sealed class LoadProcess : IDisposable
{
    private readonly Process _process;

    private LoadProcess(Process process) => _process = process;

    public static LoadProcess Start()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LoadProcess).Assembly.Location, "load"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // One thread waits for all sockets and goes on with each connection itself: nothing is cheaper for so little work per answer.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "1";
        return new LoadProcess(Process.Start(start)!);
    }

    /// <summary>Carries out a plan that ends by itself.</summary>
    public async Task<LoadResult> RunAsync(LoadPlan plan)
    {
        await SendAsync(JsonSerializer.Serialize(plan));
        return await ResultAsync();
    }

    /// <summary>Carries out a plan without an end while something else is done.</summary>
    public async Task<LoadResult> RunDuringAsync(LoadPlan plan, Func<Task> other)
    {
        await SendAsync(JsonSerializer.Serialize(plan with { Seconds = 0, Once = false }));
        try
        {
            await other();
        }
        finally
        {
            await SendAsync("");
        }

        return await ResultAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private async Task SendAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    private async Task<LoadResult> ResultAsync() =>
        await _process.StandardOutput.ReadLineAsync() is { } line
            ? JsonSerializer.Deserialize<LoadResult>(line)!
            : throw new InvalidOperationException("The load process has ended; its words are above.");
}
