using System.Diagnostics;
using Xunit.Sdk;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>Waits for conditions with a limit that only a defect reaches.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Asks until the answer is null (nothing missing any more); the last answer says what was missing.</summary>
    public static async Task NothingMissing(Func<Task<string?>> missing)
    {
        var watch = Stopwatch.StartNew();
        while (await missing() is { } answer)
        {
            if (watch.Elapsed > Limit)
                throw new XunitException($"After {Limit.TotalSeconds} s still: {answer}");
            await Task.Delay(30);
        }
    }

    public static Task True(string what, Func<Task<bool>> condition) =>
        NothingMissing(async () => await condition() ? null : $"not so: {what}");
}

/// <summary>Randomness whose seed is named by every failure; <c>PROMISES_SEED</c> replays one.</summary>
internal static class Seeded
{
    public static async Task Run(Func<Random, Task> test)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PROMISES_SEED"), out var given)
            ? given
            : Random.Shared.Next();
        try
        {
            await test(new Random(seed));
        }
        catch (Exception exception)
        {
            throw new XunitException($"With PROMISES_SEED={seed}: {exception.Message}", exception);
        }
    }
}
