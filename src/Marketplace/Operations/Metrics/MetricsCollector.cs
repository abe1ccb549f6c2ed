using System.Diagnostics.Metrics;
using Marketplace.Telemetry;

namespace Marketplace.Operations.Metrics;

/// <summary>
/// Listens to the meters of the program and its frameworks from the start and keeps what they say, to be asked for at any time. Of several
/// programs in one process each keeps its own.
/// </summary>
public sealed class MetricsCollector : IHostedService, IDisposable
{
    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime", ProgramMetrics.MeterName];

    private readonly IMeterFactory _meters;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly List<MetricFamily> _observed = [];
    private readonly Lock _asking = new();

    /// <summary>Prepares to listen.</summary>
    public MetricsCollector(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument.Meter) && Recording.Of(instrument) is { } recording && Keep(recording))
                listener.EnableMeasurementEvents(instrument, recording);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((Recording)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((Recording)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((Recording)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((Recording)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => ((Recording)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => ((Recording)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => ((Recording)state!).Record((double)value, tags));
    }

    /// <summary>Everything as it is now, by name.</summary>
    public IReadOnlyList<MetricFamily> Now()
    {
        // One at a time: what is observed is forgotten first, so that what is no longer there is no longer told.
        lock (_asking)
        {
            lock (_families) _observed.ForEach(family => family.Clear());
            _listener.RecordObservableInstruments();
            lock (_families) return [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    // A meter that a program's own factory made belongs to that program; the others belong to the process.
    private bool IsWanted(Meter meter) =>
        (meter.Scope is null || ReferenceEquals(meter.Scope, _meters))
        && (Meters.Contains(meter.Name) || meter.Name.StartsWith(ProgramMetrics.MeterName + ".", StringComparison.Ordinal));

    // Instruments of one name share a family; one of another kind under the same name could not be told apart, and is left out.
    private bool Keep(Recording recording)
    {
        lock (_families)
        {
            if (_families.TryGetValue(recording.Family.Name, out var family))
            {
                if (family.Kind != recording.Family.Kind) return false;
                recording.Family = family;
                return true;
            }
            _families.Add(recording.Family.Name, recording.Family);
            if (recording.IsObserved) _observed.Add(recording.Family);
            return true;
        }
    }
}
