using System.Collections.Concurrent;
using System.Diagnostics;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>A process of the suite's own that is killed, never asked to stop.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<(string Word, string What)> said = new();
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly Task reading;

    private Child(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadOutputAsync(), ReadErrorsAsync());
    }

    public IEnumerable<string> Acknowledged => Words("ACK");

    public IEnumerable<string> Refused => Words("LOST");

    /// <summary>Everything that was begun: what of it was neither acknowledged nor refused has an unknown outcome.</summary>
    public IEnumerable<string> Tried => Words("TRY");

    public static Child Writer(SuiteDatabase db, string name, int seed, int writers, int streams, string daemon) =>
        Start(db, "write", name, $"{seed}", $"{writers}", $"{streams}", daemon);

    public static Child Start(SuiteDatabase db, params string[] arguments)
    {
        var own = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : null;
        var start = new ProcessStartInfo(own ?? Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(Child).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment[ChildProgram.Connection] = db.ConnectionString;
        return new Child(Process.Start(start) ?? throw new InvalidOperationException("The process did not start."));
    }

    /// <summary>Waits until the process has said a word so many times.</summary>
    public Task SaidAsync(string word, int times) => Eventually.NothingMissing(() =>
    {
        var count = said.Count(s => s.Word == word);
        if (count < times && process.HasExited)
            throw new InvalidOperationException($"The process ended with {process.ExitCode}: {string.Join('\n', complaints)}");
        return Task.FromResult(
            count >= times ? null : $"the process said {word} {count} times of {times}: {string.Join('\n', complaints)}");
    });

    /// <summary>SIGKILL: no handler runs, no buffer is flushed, no connection is closed politely.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
    }

    /// <summary>Stops the process in the middle of whatever it does; its connections stay open.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on, unaware that time has passed.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
            throw new InvalidOperationException($"kill {signal} ended with {kill.ExitCode}.");
    }

    private IEnumerable<string> Words(string word) => said.Where(s => s.Word == word).Select(s => s.What);

    private async Task ReadOutputAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            // A line that was cut by the kill says nothing that can be relied on.
            if (space > 0)
                said.Enqueue((line[..space], line[(space + 1)..]));
        }
    }

    private async Task ReadErrorsAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
            complaints.Enqueue(line);
    }
}
