using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Rows;

/// <summary>A row whose sides are all measured by sending them the same kind of requests.</summary>
/// <param name="name">Its name.</param>
/// <param name="what">What is measured.</param>
/// <param name="plans">The sides, the application first; makes what they need.</param>
/// <param name="here">What it must reach.</param>
internal sealed class LoadRow(
    string name,
    string what,
    Func<Stage, Task<IReadOnlyList<(string Side, LoadPlan Plan)>>> plans,
    Func<IReadOnlyList<Side>, Goal> here) : Row
{
    private const double LaterWarmUp = 1;
    private bool _isTime;
    private string? _nextCost;

    public override string Name => name;

    public override string What => what;

    public override bool IsTime => _isTime;

    public override string? NextCost => _nextCost;

    /// <summary>What it must reach beside a yardstick.</summary>
    public Func<IReadOnlyList<Side>, Goal>? Beside { get; init; }

    /// <summary>How its size differs from what it says.</summary>
    public Func<Scale, string?> Size { get; init; } = _ => null;

    /// <summary>Whether its goal is a time.</summary>
    public bool HasTimeGoal { init => _isTime = value; }

    /// <summary>What costs most of what could still be saved.</summary>
    public string CostsMost { init => _nextCost = value; }

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        var sides = (await plans(stage)).Select(side => (Side: new Side(side.Side), side.Plan)).ToList();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (side, plan) in sides)
            {
                side.Add(await stage.Load.RunAsync(plan with
                {
                    WarmUpSeconds = round == 0 ? options.WarmUp : Math.Min(options.WarmUp, LaterWarmUp),
                    Seconds = options.Seconds,
                    Seed = round + 1,
                }));
            }
        }

        var measured = sides.ConvertAll(side => side.Side);
        return new Finding(this, measured, here(measured)) { Beside = Beside?.Invoke(measured), Size = Size(options.Scale) };
    }
}
