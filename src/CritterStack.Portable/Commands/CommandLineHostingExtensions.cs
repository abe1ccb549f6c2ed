using Microsoft.Extensions.Hosting;

namespace JasperFx;

/// <summary>Runs a built host under the command line.</summary>
public static class CommandLineHostingExtensions
{
    /// <summary>
    /// Runs the host until it is told to stop (SIGTERM, Ctrl+C, or the application itself) and returns 0. Arguments that
    /// begin with a dash are configuration, which the host has read already, and <c>run</c> is the only verb: another
    /// returns 1 with a message, without starting anything.
    /// </summary>
    public static async Task<int> RunJasperFxCommands(this IHost host, string[] args)
    {
        if (args is [var verb, ..] && !verb.StartsWith('-') && verb != "run")
        {
            await Console.Error.WriteLineAsync($"Unknown command '{verb}'. The only command is 'run'.");
            return 1;
        }
        await host.RunAsync();
        return 0;
    }
}
