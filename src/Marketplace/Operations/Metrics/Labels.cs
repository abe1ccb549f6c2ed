using System.Globalization;
using System.Text;

namespace Marketplace.Operations.Metrics;

/// <summary>Labels as the text format has them: <c>method="GET",status="200"</c>, in the order of their names.</summary>
public static class Labels
{
    /// <summary>The most characters of a label's value; the rest is cut off.</summary>
    public const int MostCharacters = 200;

    /// <summary>What takes in everything beyond the most series of an instrument, as OpenTelemetry names it.</summary>
    public const string Overflow = "otel_metric_overflow=\"true\"";

    /// <summary>The text of some tags; empty for none. Of two tags that would have one name the later counts.</summary>
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags) labels[MetricNames.Plain(name)] = Text(value);
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            // A label without a value is no label.
            if (value.Length == 0) continue;
            text.Append(text.Length == 0 ? "" : ",").Append(name).Append("=\"");
            Escape(text, value).Append('"');
        }
        return text.ToString();
    }

    private static string Text(object? value)
    {
        var text = value switch
        {
            null => "",
            bool truth => truth ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length <= MostCharacters ? text : text[..MostCharacters];
    }

    private static StringBuilder Escape(StringBuilder to, string value)
    {
        foreach (var c in value)
            _ = c switch
            {
                '\\' => to.Append(@"\\"),
                '"' => to.Append("\\\""),
                '\n' => to.Append(@"\n"),
                _ when char.IsSurrogate(c) || char.IsControl(c) => to.Append('\uFFFD'),
                _ => to.Append(c),
            };
        return to;
    }
}
