using System.Text;

namespace Marketplace.Operations.Metrics;

/// <summary>
/// Names as the text format has them, made from names as the instruments have them: <c>http.server.request.duration</c> in <c>s</c> becomes
/// <c>http_server_request_duration_seconds</c>, a counter ends in <c>_total</c>. These are OpenTelemetry's rules, so dashboards fit.
/// </summary>
public static class MetricNames
{
    /// <summary>The name of a family.</summary>
    /// <param name="instrument">The instrument's name.</param>
    /// <param name="unit">Its unit in UCUM, or null; words in braces say what is counted and are left out.</param>
    /// <param name="kind">What it is.</param>
    public static string OfFamily(string instrument, string? unit, MetricKind kind)
    {
        var name = Plain(instrument);
        var suffix = unit switch
        {
            null or "" or "1" => "",
            "s" => "seconds",
            "ms" => "milliseconds",
            "us" => "microseconds",
            "ns" => "nanoseconds",
            "By" => "bytes",
            "%" => "percent",
            _ when unit.StartsWith('{') => "",
            _ => Plain(unit),
        };
        if (suffix.Length > 0 && !name.EndsWith("_" + suffix, StringComparison.Ordinal)) name += "_" + suffix;
        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>A name of letters, digits and underscores that does not begin with a digit, as labels have to be.</summary>
    public static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var c in name)
            if (char.IsAsciiLetterOrDigit(c)) plain.Append(c);
            else if (plain.Length > 0 && plain[^1] != '_') plain.Append('_');
        while (plain.Length > 0 && plain[^1] == '_') plain.Length--;
        return plain.Length == 0 ? "_" : char.IsAsciiDigit(plain[0]) ? "_" + plain : plain.ToString();
    }
}
