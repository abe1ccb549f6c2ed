using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace TestSupport;

/// <summary>
/// Runs a test that draws at random or does harm: a failure names the seed, which <c>MARKETPLACE_TEST_SEED</c> gives back to the next run, and
/// the folder with the logs of the servers and programs that the test had started.
/// </summary>
public static class Seeded
{
    /// <summary>The environment variable that gives every such test its seed.</summary>
    public const string Variable = "MARKETPLACE_TEST_SEED";

    private static readonly AsyncLocal<KeptLogs?> Logs = new();
    private static readonly ConcurrentDictionary<string, Func<string>> Shared = new(StringComparer.Ordinal);

    /// <summary>Runs a test with a seed.</summary>
    /// <param name="test">The test.</param>
    /// <param name="name">Its name, for the folder.</param>
    /// <exception cref="SeededTestException">It failed.</exception>
    public static async Task RunAsync(Func<int, Task> test, [CallerMemberName] string name = "")
    {
        var seed = NewSeed();
        var logs = Logs.Value = new KeptLogs();
        try
        {
            await test(seed);
        }
        catch (Exception e)
        {
            foreach (var (log, text) in Shared) logs.Add(log, text());
            throw new SeededTestException(seed, await logs.WriteAsync($"{name}-{seed.ToString(CultureInfo.InvariantCulture)}"), e);
        }
    }

    /// <summary>Runs a test with a seed.</summary>
    /// <exception cref="SeededTestException">It failed.</exception>
    public static void Run(Action<int> test)
    {
        var seed = NewSeed();
        try
        {
            test(seed);
        }
        catch (Exception e)
        {
            throw new SeededTestException(seed, null, e);
        }
    }

    /// <summary>
    /// Keeps a log for the failure of the test under way; nothing without one. To be called when what wrote it has ended: its file may be gone
    /// before the test has failed.
    /// </summary>
    /// <param name="name">What wrote it.</param>
    /// <param name="text">All of it.</param>
    public static void Keep(string name, string text) => Logs.Value?.Add(name, text);

    /// <summary>Names a log that all tests of this process share; its end is kept with every failure.</summary>
    /// <param name="name">What writes it.</param>
    /// <param name="end">Reads its end.</param>
    public static void KeepShared(string name, Func<string> end) => Shared.TryAdd(name, end);

    private static int NewSeed() =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
}
