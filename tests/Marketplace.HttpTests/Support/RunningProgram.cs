using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.HttpTests.Logs;
using TestSupport;

namespace Marketplace.HttpTests.Support;

/// <summary>The program as a process of its own, on a port of its choosing: to be asked over a real socket, and killed.</summary>
public sealed partial class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningProgram(Process process) => _process = process;

    /// <summary>Its client; requests get fitting tokens.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Everything it wrote so far.</summary>
    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>
    /// Starts the program with these environment variables, trusting the tests' tokens, and waits until it listens. Requests are not counted
    /// by caller unless a variable says so.
    /// </summary>
    public static async Task<RunningProgram> StartAsync(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0" }) start.ArgumentList.Add(argument);
        start.Environment.Remove("ConnectionStrings__Marketplace");
        start.Environment[Tokens.Setting.Name.Replace(":", "__")] = Tokens.Setting.Value;
        start.Environment["Limits__RequestsPerSecond"] = "0";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        if (start.Environment.TryGetValue("ConnectionStrings__Marketplace", out var address)) SuiteLog.SecretOf(address!);
        var program = new RunningProgram(new Process { StartInfo = start });
        program._process.OutputDataReceived += (_, line) => program.Heard(line.Data);
        program._process.ErrorDataReceived += (_, line) => program.Heard(line.Data);
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        var ended = program._process.WaitForExitAsync();
        if (await Task.WhenAny(program._listening.Task, ended, Task.Delay(StartLimit)) != program._listening.Task)
        {
            await program.DisposeAsync();
            Assert.Fail($"The program did not start: {program.Log}");
        }
        program.Client = new HttpClient(new FittingTokens(new SocketsHttpHandler())) { BaseAddress = await program._listening.Task, Timeout = TimeSpan.FromSeconds(60) };
        return program;
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it in its tracks; it does not know.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Asks it to stop, as a service manager does.</summary>
    /// <returns>Its exit code and how long it took.</returns>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync()
    {
        var clock = Stopwatch.StartNew();
        await SignalAsync("TERM");
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (_process.ExitCode, clock.Elapsed);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        Seeded.Keep("program", Log);
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
        SuiteLog.Write(line);
        if (NowListening().Match(line) is { Success: true } match) _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex NowListening();
}
