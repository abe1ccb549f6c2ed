using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Rows;

/// <summary>A row whose sides are all measured by sending them the same kind of requests.</summary>
/// <param name="name">Its name.</param>
/// <param name="what">What is measured.</param>
/// <param name="plans">The sides, the application first.</param>
/// <param name="target">What it must reach.</param>
/// <param name="isMet">Whether it did.</param>
internal sealed class LoadRow(
    string name,
    string what,
    Func<Stage, IReadOnlyList<(string Side, LoadPlan Plan)>> plans,
    string target,
    Func<IReadOnlyList<Side>, bool> isMet) : Row
{
    private const double LaterWarmUp = 1;

    public override string Name => name;

    public override string What => what;

    /// <summary>What has to be there before it is measured.</summary>
    public Func<Stage, Task> Prepare { get; init; } = _ => Task.CompletedTask;

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        await Prepare(stage);
        var sides = plans(stage).Select(side => (Side: new Side(side.Side), side.Plan)).ToList();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (side, plan) in sides)
            {
                side.Add(await stage.Load.RunAsync(plan with
                {
                    WarmUpSeconds = round == 0 ? options.WarmUp : LaterWarmUp,
                    Seconds = options.Seconds,
                    Seed = round + 1,
                }));
            }
        }

        var measured = sides.ConvertAll(side => side.Side);
        return new Finding(this, measured, target, measured[0].Errors == 0 && isMet(measured));
    }
}
