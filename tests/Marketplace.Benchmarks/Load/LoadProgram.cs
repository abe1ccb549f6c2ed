using System.Text.Json;

namespace Marketplace.Benchmarks.Load;

/// <summary>
/// The load client: a process of its own, so that its CPU time and its garbage are nobody else's. It reads plans, one JSON line each,
/// and answers each with a result. A line while a plan without an end runs ends that plan.
/// </summary>
internal static class LoadProgram
{
    public static async Task<int> RunAsync()
    {
        // The console's own reader would wait for a line even when it is asked to do so in the background.
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync() is { } line)
        {
            var plan = JsonSerializer.Deserialize<LoadPlan>(line)!;
            var stop = plan.Once || plan.Seconds > 0 ? Task.Delay(Timeout.Infinite) : input.ReadLineAsync();
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(await new LoadRun(plan).RunAsync(stop)));
        }

        return 0;
    }
}
