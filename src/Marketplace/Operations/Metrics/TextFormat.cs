using System.Globalization;
using System.Text;

namespace Marketplace.Operations.Metrics;

/// <summary>The text exposition format of Prometheus, version 0.0.4.</summary>
public static class TextFormat
{
    /// <summary>Its media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The families as text, each with what it is before its samples.</summary>
    public static string Write(IReadOnlyList<MetricFamily> families)
    {
        var text = new StringBuilder(64 * 1024);
        foreach (var family in families)
        {
            var series = family.Series;
            if (series.Count == 0) continue;
            if (!string.IsNullOrWhiteSpace(family.Help))
                text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace(@"\", @"\\").Replace("\n", @"\n")).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(Word(family.Kind)).Append('\n');
            foreach (var (labels, value) in series)
                if (family.Bounds is { } bounds) Histogram(text, family.Name, labels, value, bounds);
                else Sample(text, family.Name, labels, value.Value);
        }
        return text.ToString();
    }

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };

    private static void Histogram(StringBuilder text, string name, string labels, Aggregate value, IReadOnlyList<double> bounds)
    {
        var (counts, comma) = (value.Cumulative(), labels.Length == 0 ? "" : ",");
        for (var i = 0; i < counts.Length; i++)
            Sample(text, name + "_bucket", $"{labels}{comma}le=\"{(i == bounds.Count ? "+Inf" : Number(bounds[i]))}\"", counts[i]);
        Sample(text, name + "_sum", labels, value.Value);
        Sample(text, name + "_count", labels, counts[^1]);
    }

    private static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
