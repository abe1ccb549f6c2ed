using System.Diagnostics.Metrics;
using Marketplace.Telemetry;
using Npgsql;

namespace Marketplace.Operations.Metrics;

/// <summary>How far the log and the read models are, read from the database for each answer.</summary>
public sealed class ProjectionGauges
{
    /// <summary>The longest that reading it may take; without it the answer says that the database is not reachable, and the rest.</summary>
    public static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(3);

    private readonly ProjectionProgress _progress;
    private volatile ProgressView? _view;

    /// <summary>Makes the instruments.</summary>
    public ProjectionGauges(ProjectionProgress progress, IMeterFactory meters)
    {
        _progress = progress;
        var meter = meters.Create(ProgramMetrics.MeterName);
        meter.CreateObservableGauge("marketplace.database.reachable", () => _view is null ? 0 : 1, null, "1 when the database answered this time, else 0.");
        meter.CreateObservableGauge("marketplace.log.position", () => Log(view => view.Position), null, "The position through which the log is complete.");
        meter.CreateObservableGauge("marketplace.projection.position", () => Each(item => item.Position), null, "The position a read model has reached.");
        meter.CreateObservableGauge("marketplace.projection.lag.events", () => Each(item => item.LagPositions), null, "Positions a read model has yet to deal with.");
        meter.CreateObservableGauge("marketplace.projection.lag", () => Each(item => item.LagSeconds), "s",
            "For how long the first event a read model has not dealt with has been waiting.");
    }

    /// <summary>Reads it anew; a database that does not answer is a finding, not an error.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(LongestRead);
        try
        {
            _view = await _progress.ReadAsync(limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            _view = null;
        }
    }

    private Measurement<long>[] Log(Func<ProgressView, long> of) => _view is { } view ? [new(of(view))] : [];

    private IEnumerable<Measurement<T>> Each<T>(Func<ProjectionView, T> of) where T : struct =>
        (_view?.Items ?? []).Select(item => new Measurement<T>(of(item), new KeyValuePair<string, object?>("projection", item.Name)));
}
