using System.Diagnostics;

namespace Marketplace.HttpTests.Support;

/// <summary>The program as a process of its own that is expected to end by itself.</summary>
public static class ProgramCommand
{
    /// <summary>What came of it.</summary>
    public sealed record Ended(int Code, string Output, string Errors);

    /// <summary>Runs it with these environment variables; an empty one is as none.</summary>
    public static async Task<Ended> RunAsync(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Remove("ConnectionStrings__Marketplace");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(MarketplaceFixture.Patience);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        return new Ended(process.ExitCode, await output, await errors);
    }
}
