using System.ComponentModel;
using System.Diagnostics;

namespace LocalPostgres;

/// <summary>What a program said and how it ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public string Text => string.Join('\n', new[] { Errors.Trim(), Output.Trim() }.Where(part => part.Length > 0));
}

/// <summary>Runs a program of the operating system to its end, within a limit.</summary>
internal static class ProgramRunner
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    public static async Task<ProgramResult> RunAsync(
        IReadOnlyList<string> command, string workingFolder, TimeSpan limit, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        using var process = Start(command, workingFolder);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new ProgramResult(process.ExitCode, await EndOf(output, timeout.Token), await EndOf(errors, timeout.Token));
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellation.ThrowIfCancellationRequested();
            throw new LocalPostgresException($"{command[0]} did not end within {limit.TotalSeconds:0} seconds and was ended.");
        }
    }

    /// <summary>Starts a program and does not wait for it: for the last moments of a process.</summary>
    public static void StartDetached(IReadOnlyList<string> command, string workingFolder) => Start(command, workingFolder).Dispose();

    // On Windows a server that the program has started keeps the ends of these pipes open: its words would never end.
    private static async Task<string> EndOf(Task<string> text, CancellationToken cancellation) =>
        await Task.WhenAny(text, Task.Delay(LastWords, cancellation)) == text ? await text : "";

    private static Process Start(IReadOnlyList<string> command, string workingFolder)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };

        // A caller's PGDATA, PGPORT or PGOPTIONS would quietly point these programs at another cluster.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception cause)
        {
            throw new LocalPostgresException($"{command[0]} could not be run: {cause.Message}.", cause);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }
}
