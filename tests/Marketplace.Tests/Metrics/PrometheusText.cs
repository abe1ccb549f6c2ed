using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Tests.Metrics;

/// <summary>Reads the text exposition format 0.0.4 as strictly as its description says; whatever is against the rules fails with its line.</summary>
public static partial class PrometheusText
{
    /// <summary>One sample.</summary>
    public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

    /// <summary>A family: what it is and its samples.</summary>
    public sealed record Family(string Name, string Type, string? Help, IReadOnlyList<Sample> Samples)
    {
        /// <summary>The value of the only sample with these labels.</summary>
        public double Value(params (string Name, string Value)[] labels) =>
            Samples.Where(sample => labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Sum(sample => sample.Value);
    }

    /// <summary>The families of a text by name.</summary>
    /// <exception cref="FormatException">The text breaks a rule.</exception>
    public static IReadOnlyDictionary<string, Family> Read(string text)
    {
        if (text.Contains('\r') || !text.EndsWith('\n')) throw new FormatException("Lines end with a line feed, the last one too.");
        var families = new Dictionary<string, Family>();
        (string Name, string Type, string? Help, List<Sample> Samples)? open = null;
        string? helped = null, help = null;
        void Close()
        {
            if (open is not { } family) return;
            if (family.Samples.Count == 0) throw new FormatException($"{family.Name} has no samples.");
            var closed = new Family(family.Name, family.Type, family.Help, family.Samples);
            if (closed.Type == "histogram") CheckHistogram(closed);
            if (closed.Type == "counter" && closed.Samples.Any(sample => !(sample.Value >= 0))) throw new FormatException($"{closed.Name} is below zero.");
            if (!families.TryAdd(closed.Name, closed)) throw new FormatException($"{closed.Name} is told twice.");
            open = null;
        }
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } told)
            {
                Close();
                (helped, help) = (told.Groups[1].Value, told.Groups[2].Value);
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                Close();
                if (helped is not null && helped != type.Groups[1].Value) throw new FormatException($"The help of {helped} is not followed by its type.");
                open = (type.Groups[1].Value, type.Groups[2].Value, help, []);
                (helped, help) = (null, null);
            }
            else
            {
                var sample = Parse(line);
                if (open is not { } family || !IsOf(sample.Name, family.Name, family.Type)) throw new FormatException($"A sample outside of its family: {line}");
                if (family.Samples.Any(other => other.Name == sample.Name && Same(other.Labels, sample.Labels))) throw new FormatException($"A series told twice: {line}");
                family.Samples.Add(sample);
            }
        }
        Close();
        return families;
    }

    private static bool IsOf(string sample, string family, string type) =>
        type == "histogram" ? sample == family + "_bucket" || sample == family + "_sum" || sample == family + "_count" : sample == family;

    private static Sample Parse(string line)
    {
        if (Line().Match(line) is not { Success: true } match) throw new FormatException($"No sample: {line}");
        var labels = new Dictionary<string, string>();
        foreach (Match label in Label().Matches(match.Groups[2].Value))
            if (!labels.TryAdd(label.Groups[1].Value, Unescape(label.Groups[2].Value))) throw new FormatException($"A label told twice: {line}");
        return new Sample(match.Groups[1].Value, labels, match.Groups[3].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        });
    }

    private static void CheckHistogram(Family family)
    {
        string Key(Sample sample) => string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal));
        foreach (var series in family.Samples.GroupBy(Key))
        {
            var buckets = series.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToArray();
            var bounds = buckets.Select(bucket => bucket.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Labels["le"], CultureInfo.InvariantCulture)).ToArray();
            if (!bounds.SequenceEqual(bounds.Distinct().Order()) || !double.IsPositiveInfinity(bounds[^1])) throw new FormatException($"The bounds of {family.Name} do not ascend to +Inf.");
            var counts = buckets.Select(bucket => bucket.Value).ToArray();
            if (!counts.SequenceEqual(counts.Order())) throw new FormatException($"The buckets of {family.Name} do not add up.");
            if (series.Single(sample => sample.Name == family.Name + "_count").Value != counts[^1]) throw new FormatException($"{family.Name} counts two ways.");
            _ = series.Single(sample => sample.Name == family.Name + "_sum");
        }
    }

    private static bool Same(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(label => other.GetValueOrDefault(label.Key) == label.Value);

    private static string Unescape(string value) => Escape().Replace(value, match => match.Value switch { @"\n" => "\n", var escaped => escaped[1..] });

    [GeneratedRegex("^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\\\\n]|\\\\\\\\|\\\\n)*)$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$""")]
    private static partial Regex Line();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)""")]
    private static partial Regex Label();

    [GeneratedRegex("""\\["\\n]""")]
    private static partial Regex Escape();
}
