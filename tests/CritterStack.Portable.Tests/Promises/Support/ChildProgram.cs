using System.Globalization;
using System.Text;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>
/// The suite's own processes, to be killed: the test assembly started as a program. It ends by itself when its
/// standard input closes, so that none outlives the tests.
/// </summary>
internal static class ChildProgram
{
    /// <summary>Names the environment variable that holds the connection string.</summary>
    public const string Connection = "PROMISES_CONNECTION";

    private static readonly Stream Output = Console.OpenStandardOutput();

    public static async Task<int> Main(string[] args)
    {
        var connectionString = Environment.GetEnvironmentVariable(Connection);
        if (connectionString is null || args.Length < 2)
        {
            await Console.Error.WriteLineAsync("This is a test assembly; run it with dotnet test.");
            return 2;
        }

        var orphaned = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }

            Environment.Exit(3);
        }) { IsBackground = true };
        orphaned.Start();
        switch (args[0])
        {
            case "write":
                await WriteAsync(connectionString, args[1], Number(args[2]), Number(args[3]), Number(args[4]), args[5]);
                return 0;
            case "rebuild":
                await RebuildAsync(connectionString, args[1], Number(args[2]));
                return 0;
            default:
                return 2;
        }
    }

    /// <summary>Writes commands until killed, saying of each that it is tried and, once saved, that it is.</summary>
    private static async Task WriteAsync(string connectionString, string name, int seed, int writers, int streams, string daemon)
    {
        DaemonMode? mode = daemon == "none" ? null : Enum.Parse<DaemonMode>(daemon);
        await using var host = await StoreHost.StartAsync(
            connectionString, name, mode, cacheLimit: 100, more: mode is null ? null : StoreHost.AddAsync);
        Say("READY", name);
        var random = new Random(seed);
        await Task.WhenAll(Enumerable.Range(0, writers)
            .Select(_ => random.Next())
            .ToArray()
            .Select((own, writer) => Task.Run(() => WriteForeverAsync(host.Store, $"{name}.{writer}", new Random(own), streams))));
    }

    private static async Task WriteForeverAsync(IDocumentStore store, string writer, Random random, int streams)
    {
        for (var n = 0; ; n++)
        {
            var command = $"{writer}.{n}";
            var keys = Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(streams)).Distinct().Order().Select(Account.Key);
            int[] amounts = [.. Enumerable.Range(1, random.Next(1, 4))];
            // Not as fast as it can: the tests share the machine.
            await Task.Delay(random.Next(6));
            Say("TRY", command);
            try
            {
                await RacesOnManyStreams.AddToAllAsync(store, keys, command, amounts);
                Say("ACK", command);
            }
            catch (Exception exception) when (Commands.LostRace(exception))
            {
                Say("LOST", command);
            }
            catch (Exception exception)
            {
                // The outcome is unknown, as it is to any caller whose connection broke.
                Say("ERROR", $"{command} {exception.GetType().Name}");
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Rebuilds the tally and stands still before the batch with the event at a position.</summary>
    private static async Task RebuildAsync(string connectionString, string name, int position)
    {
        var gated = new Gated(position, () => Say("STANDING", name));
        await using var host = await StoreHost.StartAsync(connectionString, name, more: options =>
            options.Projections.Add(gated, ProjectionLifecycle.Async, "Tally", StoreHost.Tearing("suite.tally")));
        using var daemon = await host.Store.BuildProjectionDaemonAsync();
        await daemon.RebuildProjectionAsync("Tally", CancellationToken.None);
        Say("DONE", "rebuild");
    }

    /// <summary>Unbuffered: what was said is in the pipe even when the process is killed in the next instant.</summary>
    private static void Say(string word, string what)
    {
        var line = Encoding.UTF8.GetBytes($"{word} {what}\n");
        lock (Output)
            Output.Write(line);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
