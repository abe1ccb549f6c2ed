using Marketplace.Benchmarks.Processes;
using Marketplace.Benchmarks.Yardsticks;

namespace Marketplace.Benchmarks.Rows;

/// <summary>
/// From the start of the process to the first 200 of the readiness route, on a database whose schema is present. The yardstick is the same
/// of an ASP.NET Core application that does nothing but answer: the yardsticks' own server, which asks its database for nothing at start.
/// Both are asked every 5 ms from when they say that they listen.
/// </summary>
internal sealed class StartRow : Row
{
    public override string Name => "start";

    public override string What => "start to ready, schema present";

    public override bool IsTime => true;

    public override string NextCost => "compiling methods at their first use, two thirds of it; then Marten's check of its schema.";

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        await stage.EnsureBlankAsync();
        var (application, empty) = (new Side("application") { Unit = " starts" }, new Side("empty ASP.NET Core") { Unit = " starts" });
        for (var i = 0; i < options.Scale.Starts; i++)
        {
            application.Add(await TimeAsync(() => stage.StartUntilReadyAsync(Stage.BlankDatabase)));
            empty.Add(await TimeAsync(async () =>
            {
                var server = await stage.StartYardstickAsync(Stage.BlankDatabase);
                return (server, await server.WaitForAsync(YardstickProgram.Constant));
            }));
        }

        return new Finding(this, [application, empty], Goal.AtMost("p50 ≤ 1.3 s more", application.P50 - empty.P50, 1300))
        {
            Note = $"{options.Scale.Starts} starts of each, in turns; the times are those from the start of the process to the first answer.",
        };
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task<(ServerProcess Server, TimeSpan ReadyIn)>> start)
    {
        var (server, readyIn) = await start();
        await server.DisposeAsync();
        return readyIn;
    }
}
