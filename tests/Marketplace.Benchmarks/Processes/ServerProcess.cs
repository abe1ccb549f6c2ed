using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Benchmarks.Processes;

/// <summary>A web server as a process of its own, on a port of its choosing.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);
    private const int MostLogKept = 20_000;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private static readonly HttpClient Http = new();
    private readonly Stopwatch _clock = new();
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start) => _process = new Process { StartInfo = start };

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Starts a program's assembly and waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not listen in time; the message is what it wrote.</exception>
    public static async Task<ServerProcess> StartAsync(
        string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var server = new ServerProcess(start);
        server._process.OutputDataReceived += (_, line) => server.Heard(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Heard(line.Data);
        server._clock.Start();
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        if (await Task.WhenAny(server._port.Task, server._process.WaitForExitAsync(), Task.Delay(StartLimit)) != server._port.Task)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"{Path.GetFileName(assembly)} did not start: {server.Log}");
        }

        server.Port = await server._port.Task;
        return server;
    }

    /// <summary>Asks for a path until it is answered with 200.</summary>
    /// <returns>The time since the process was started.</returns>
    /// <exception cref="InvalidOperationException">It was not in time; the message is what the program wrote.</exception>
    public async Task<TimeSpan> WaitForAsync(string path)
    {
        while (_clock.Elapsed < StartLimit)
        {
            using var answer = await Http.GetAsync($"http://127.0.0.1:{Port}{path}");
            if (answer.IsSuccessStatusCode)
                return _clock.Elapsed;
            await Task.Delay(BetweenLooks);
        }

        throw new InvalidOperationException($"{path} was not answered with 200: {Log}");
    }

    /// <summary>The last of what it wrote.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Asks it to stop, as a service manager does, and ends it when it takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (var signal = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]))
                await signal.WaitForExitAsync();
            if (await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(StopLimit)) is var ended && !_process.HasExited)
                _process.Kill();
            await ended;
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        lock (_log)
        {
            _log.AppendLine(line);
            if (_log.Length > MostLogKept)
                _log.Remove(0, _log.Length - MostLogKept);
        }

        if (NowListening().Match(line) is { Success: true } match)
            _port.TrySetResult(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"Now listening on: http://127\.0\.0\.1:(\d+)")]
    private static partial Regex NowListening();
}
