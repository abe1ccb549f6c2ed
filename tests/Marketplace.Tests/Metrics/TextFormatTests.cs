using System.Diagnostics.Metrics;
using Marketplace.Operations.Metrics;

namespace Marketplace.Tests.Metrics;

public class TextFormatTests
{
    [Fact]
    public void A_counter_a_gauge_and_a_histogram_read_as_the_format_wants_them()
    {
        var counter = new MetricFamily("things_total", MetricKind.Counter, "Things made.", null);
        counter.Of([new("kind", "a"), new("ok", true)]).Add(2);
        counter.Of([new("kind", "b"), new("ok", false)]).Add(1);
        var gauge = new MetricFamily("temperature", MetricKind.Gauge, null, null);
        gauge.Of([]).Set(-1.5);
        var histogram = new MetricFamily("took_seconds", MetricKind.Histogram, "How long it took.", [0.1, 1]);
        foreach (var seconds in new[] { 0.05, 0.1, 0.5, 30 }) histogram.Of([]).Observe(seconds);

        Assert.Equal("""
            # HELP things_total Things made.
            # TYPE things_total counter
            things_total{kind="a",ok="true"} 2
            things_total{kind="b",ok="false"} 1
            # TYPE temperature gauge
            temperature -1.5
            # HELP took_seconds How long it took.
            # TYPE took_seconds histogram
            took_seconds_bucket{le="0.1"} 2
            took_seconds_bucket{le="1"} 3
            took_seconds_bucket{le="+Inf"} 4
            took_seconds_sum 30.65
            took_seconds_count 4

            """, TextFormat.Write([counter, gauge, histogram]));
        PrometheusText.Read(TextFormat.Write([counter, gauge, histogram]));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("with \"quotes\"", "with \"quotes\"")]
    [InlineData(@"back\slash\n", @"back\slash\n")]
    [InlineData("two\nlines", "two\nlines")]
    [InlineData("a\tb\rc\0d", "a\uFFFDb\uFFFDc\uFFFDd")]
    [InlineData("naïve ✓", "naïve ✓")]
    [InlineData("}, evil=\"1\"} 7\nfake 1", "}, evil=\"1\"} 7\nfake 1")]
    public void A_labels_value_comes_back_whatever_it_holds(string value, string expected)
    {
        var family = new MetricFamily("x", MetricKind.Gauge, "Help with \\ and \n in it.", null);
        family.Of([new("value", value)]).Set(1);

        var sample = Assert.Single(PrometheusText.Read(TextFormat.Write([family]))["x"].Samples);

        Assert.Equal(expected, sample.Labels["value"]);
    }

    [Fact]
    public void Numbers_of_every_kind_are_written()
    {
        var family = new MetricFamily("n", MetricKind.Gauge, null, null);
        double[] numbers = [0, -0.25, 1e300, 1e-300, double.NaN, double.PositiveInfinity, double.NegativeInfinity, long.MaxValue];
        for (var i = 0; i < numbers.Length; i++) family.Of([new("i", i)]).Set(numbers[i]);

        var read = PrometheusText.Read(TextFormat.Write([family]))["n"].Samples;

        Assert.All(read, sample => Assert.Equal(numbers[int.Parse(sample.Labels["i"])], sample.Value));
    }

    [Theory]
    [InlineData("http.server.request.duration", "s", MetricKind.Histogram, "http_server_request_duration_seconds")]
    [InlineData("dotnet.process.cpu.time", "s", MetricKind.Counter, "dotnet_process_cpu_time_seconds_total")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", MetricKind.Counter, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("marketplace.commands", "{command}", MetricKind.Counter, "marketplace_commands_total")]
    [InlineData("a..b--c", null, MetricKind.Gauge, "a_b_c")]
    [InlineData("9lives", "", MetricKind.Gauge, "_9lives")]
    [InlineData("done.total", "1", MetricKind.Counter, "done_total")]
    [InlineData("wait_seconds", "s", MetricKind.Gauge, "wait_seconds")]
    public void Names_follow_the_rules_of_OpenTelemetry(string instrument, string? unit, MetricKind kind, string name) =>
        Assert.Equal(name, MetricNames.OfFamily(instrument, unit, kind));

    [Fact]
    public void Series_beyond_the_most_are_counted_in_one()
    {
        var family = new MetricFamily("many_total", MetricKind.Counter, null, null);
        for (var round = 0; round < 2; round++)
            for (var i = 0; i < 5 * MetricFamily.MostSeries; i++) family.Of([new("id", i)]).Add(1);

        Assert.Equal(MetricFamily.MostSeries + 1, family.Series.Count);
        Assert.Equal(10 * MetricFamily.MostSeries, family.Series.Sum(series => series.Value.Value));
        Assert.Equal(8 * MetricFamily.MostSeries, family.Series.Single(series => series.Key == Labels.Overflow).Value.Value);
    }

    [Fact]
    public void Tags_in_another_order_are_one_series_and_a_tag_without_a_value_is_none()
    {
        var family = new MetricFamily("x_total", MetricKind.Counter, null, null);
        family.Of([new("a", 1), new("b", 2)]).Add(1);
        family.Of([new("b", 2), new("a", 1)]).Add(1);
        family.Of([new("b", 2), new("a", 1), new("c", null)]).Add(1);

        Assert.Equal(3, Assert.Single(family.Series).Value.Value);
    }

    [Fact]
    public void Many_threads_lose_nothing()
    {
        var histogram = new MetricFamily("x_seconds", MetricKind.Histogram, null, [1]);
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 20_000; i++) histogram.Of([new("parity", i % 2)]).Observe(i % 2 == 0 ? 0.5 : 2);
        });

        var read = PrometheusText.Read(TextFormat.Write([histogram]))["x_seconds"];
        Assert.Equal(160_000, read.Samples.Where(sample => sample.Name == "x_seconds_count").Sum(sample => sample.Value));
        Assert.Equal(80_000 * 2.5, read.Samples.Where(sample => sample.Name == "x_seconds_sum").Sum(sample => sample.Value));
    }

    [Fact]
    public void Every_kind_of_instrument_is_taken_and_nobody_elses_is()
    {
        using var ours = new Factory();
        using var theirs = new Factory();
        using var collector = new MetricsCollector(ours);
        collector.StartAsync(CancellationToken.None);
        var meter = ours.Create(new MeterOptions("Marketplace.Kinds"));
        var gone = false;
        meter.CreateCounter<int>("kinds.counter").Add(3);
        meter.CreateUpDownCounter<short>("kinds.updown").Add(-2);
        meter.CreateGauge<decimal>("kinds.gauge").Record(1.5m);
        meter.CreateHistogram<float>("kinds.histogram", "s").Record(0.25f);
        meter.CreateObservableCounter("kinds.observed", () => 7L);
        meter.CreateObservableGauge("kinds.vanishing", () => gone ? [] : new[] { new Measurement<byte>(1, new KeyValuePair<string, object?>("of", "one")) });
        meter.CreateObservableUpDownCounter("kinds.level", () => 4d);
        theirs.Create(new MeterOptions("Marketplace.Kinds")).CreateCounter<int>("kinds.counter").Add(100);
        ours.Create(new MeterOptions("Somebody.Else")).CreateCounter<int>("kinds.else").Add(1);

        var first = PrometheusText.Read(TextFormat.Write(collector.Now()));
        gone = true;
        var second = PrometheusText.Read(TextFormat.Write(collector.Now()));

        Assert.Equal(3, first["kinds_counter_total"].Value());
        Assert.Equal(-2, first["kinds_updown"].Value());
        Assert.Equal(1.5, first["kinds_gauge"].Value());
        Assert.Equal(1, first["kinds_histogram_seconds"].Samples.Single(sample => sample.Name.EndsWith("_count")).Value);
        Assert.Equal((7, 7), (first["kinds_observed_total"].Value(), second["kinds_observed_total"].Value()));
        Assert.Equal(4, second["kinds_level"].Value());
        Assert.Contains("kinds_vanishing", first);
        Assert.DoesNotContain("kinds_vanishing", second);
        Assert.DoesNotContain("kinds_else_total", first);
    }

    private sealed class Factory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
