using Marketplace.Storage;
using Npgsql;

namespace Marketplace.Operations;

/// <summary>One thing that must be so for requests to be served.</summary>
/// <param name="Ok">Whether it is.</param>
/// <param name="Detail">What was found.</param>
public sealed record Check(bool Ok, string Detail);

/// <summary>Whether this instance can serve.</summary>
/// <param name="Status"><c>ready</c> or <c>unready</c>.</param>
/// <param name="Checks">By name: <c>database</c>, <c>schema</c>, <c>projections</c>.</param>
public sealed record ReadinessView(string Status, IReadOnlyDictionary<string, Check> Checks);

// Marten's health checks live in a package of their own, count positions rather than seconds, and know only the daemon of this process.
/// <summary>Checks whether the database is reachable, the schema current and every asynchronous read model within its lag bound.</summary>
public sealed partial class Readiness(NpgsqlDataSource db, ProjectionProgress progress, IConfiguration configuration, ILogger<Readiness> log)
{
    /// <summary>The setting that bounds how long an event may wait for an asynchronous read model, in seconds.</summary>
    public const string MaxLagSetting = "Operations:MaxLagSeconds";

    /// <summary>The bound without the setting.</summary>
    public const double DefaultMaxLagSeconds = 5;

    /// <summary>The longest that all checks together may take; what has not been found out by then has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly double _maxLag = configuration.GetValue(MaxLagSetting, DefaultMaxLagSeconds);

    /// <summary>Makes the checks; a failing database is a finding, not an error.</summary>
    public async Task<ReadinessView> CheckAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        var checks = new Dictionary<string, Check>
        {
            ["database"] = await TryAsync("database", DatabaseAsync, limit.Token, ct),
            ["schema"] = await TryAsync("schema", SchemaAsync, limit.Token, ct),
            ["projections"] = await TryAsync("projections", ProjectionsAsync, limit.Token, ct),
        };
        return new ReadinessView(checks.Values.All(check => check.Ok) ? "ready" : "unready", checks);
    }

    // The message of a failure may hold addresses and names: it is for the log, not for whoever asks.
    private async Task<Check> TryAsync(string name, Func<CancellationToken, Task<Check>> check, CancellationToken limit, CancellationToken ct)
    {
        try
        {
            return await check(limit);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Check(false, $"not found out within {Limit.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            CheckFailed(log, name, e.Message);
            return new Check(false, "the database cannot be reached or refuses");
        }
    }

    private async Task<Check> DatabaseAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand("select 1");
        await command.ExecuteScalarAsync(ct);
        return new Check(true, "reachable");
    }

    private async Task<Check> SchemaAsync(CancellationToken ct) =>
        await Schema.IsCurrentAsync(db, ct) ? new Check(true, "current") : new Check(false, "not the schema of this program");

    private async Task<Check> ProjectionsAsync(CancellationToken ct)
    {
        var late = (await progress.ReadAsync(ct)).Items.Where(item => item.LagSeconds > _maxLag).ToArray();
        return late.Length == 0
            ? new Check(true, FormattableString.Invariant($"at most {_maxLag} s behind"))
            : new Check(false, string.Join("; ", late.Select(item => FormattableString.Invariant($"{item.Name} is {item.LagSeconds} s behind"))));
    }

    [LoggerMessage(LogLevel.Warning, "Not ready: the check {Name} failed: {Reason}")]
    private static partial void CheckFailed(ILogger log, string name, string reason);
}
