using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Rows;

/// <summary>A row whose sides are all measured by sending them the same kind of requests.</summary>
/// <param name="name">Its name.</param>
/// <param name="what">What is measured.</param>
/// <param name="plans">The sides, the application first; makes what they need.</param>
/// <param name="goals">What it must reach.</param>
internal sealed class LoadRow(
    string name,
    string what,
    Func<Stage, Task<IReadOnlyList<(string Side, LoadPlan Plan)>>> plans,
    Func<IReadOnlyList<Side>, IReadOnlyList<Goal>> goals) : Row
{
    /// <summary>The side that refuses who lost a race.</summary>
    public const string Peer = "the idiomatic peer";

    private const double LaterWarmUp = 1;
    private bool _isTime;
    private string? _nextCost;

    public override string Name => name;

    public override string What => what;

    public override bool IsTime => _isTime;

    public override string? NextCost => _nextCost;

    /// <summary>How its size differs from what it says.</summary>
    public Func<Scale, string?> Size { get; init; } = _ => null;

    /// <summary>Whether its goal is a time.</summary>
    public bool HasTimeGoal { init => _isTime = value; }

    /// <summary>What costs most of what could still be saved.</summary>
    public string CostsMost { init => _nextCost = value; }

    public override async Task<Finding> MeasureAsync(Stage stage, Options options)
    {
        var sides = (await plans(stage)).Select(side => (Side: new Side(side.Side) { RefusesLostRaces = side.Side == Peer }, side.Plan)).ToList();
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
        return new Finding(this, measured, goals(measured)) { Size = Size(options.Scale) };
    }
}
