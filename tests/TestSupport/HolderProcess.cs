using System.Diagnostics;

namespace TestSupport;

/// <summary>Another process that holds a data folder's cluster, to be killed or to leave in order.</summary>
public sealed class HolderProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly Process _process;

    private HolderProcess(Process process, string answer) => (_process, Answer) = (process, answer);

    /// <summary>The process id of the server it holds, or the first line of the error that kept it from holding one.</summary>
    public string Answer { get; }

    /// <summary>Starts a process and waits until it holds the cluster or has failed to.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="variable">An environment variable of the process.</param>
    public static async Task<HolderProcess> StartAsync(string folder, (string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(HolderProcess).Assembly.Location, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) != "dotnet")
            start.FileName = "dotnet";
        if (variable is { } one)
            start.Environment[one.Name] = one.Value;
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        return new HolderProcess(process, await process.StandardOutput.ReadLineAsync(limit.Token) ?? "");
    }

    /// <summary>Ends the process as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Lets the process leave in order, unless it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
    }
}
