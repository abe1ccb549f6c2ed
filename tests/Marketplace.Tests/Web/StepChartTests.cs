using System.Globalization;
using System.Xml.Linq;
using Marketplace.Web;

namespace Marketplace.Tests.Web;

public class StepChartTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_step_is_a_level_line_and_a_gap_lifts_the_pen()
    {
        // Ten hours over 644 pixels from x = 96: one hour is 64.4 pixels.
        var path = Path(Draw((0, 10m), (2, 12m), (4, null), (6, 11m)));

        Assert.Equal(["M", "H", "V", "H", "M", "H"], path.Select(p => p[..1]));
        Assert.StartsWith("M96 ", path[0], StringComparison.Ordinal);
        Assert.Equal(("H224.8", "H353.6"), (path[1], path[3]));
        Assert.StartsWith("M482.4 ", path[4], StringComparison.Ordinal);
        Assert.Equal("H740", path[5]);
    }

    [Fact]
    public void A_higher_price_is_higher_up_and_everything_is_inside_the_picture()
    {
        var path = Path(Draw((0, 10m), (2, 12m)));
        var (low, high) = (Number(path[0].Split(' ')[1]), Number(path[2][1..]));

        Assert.True(high < low);
        Assert.InRange(high, 18, 228);
        Assert.InRange(low, 18, 228);
    }

    [Fact]
    public void A_step_from_before_the_left_edge_begins_at_the_edge() =>
        Assert.StartsWith("M96 ", Path(Draw((-5, 9m), (-1, 10m), (2, 12m)))[0], StringComparison.Ordinal);

    [Fact]
    public void A_million_steps_are_thinned_without_hiding_an_extreme_or_a_gap()
    {
        var random = new Random(11);
        const int count = 1_000_000;
        var steps = Enumerable.Range(0, count).Select(n => new ChartStep(
            Start.AddHours(10.0 * n / count),
            n switch { 333_333 => 1m, 666_666 => 99m, 500_000 => null, _ => 50 + random.Next(10) }));

        var thinned = StepThinning.Thin(steps, Start, Start.AddHours(10), 644);

        Assert.Equal(count, thinned.Total);
        Assert.InRange(thinned.Kept.Count, 644, StepChart.MostSteps);
        Assert.Contains(thinned.Kept, step => step.Price == 1m);
        Assert.Contains(thinned.Kept, step => step.Price == 99m);
        Assert.Contains(thinned.Kept, step => step.Price is null);
        Assert.Equal(thinned.Kept.Select(step => step.From).Order(), thinned.Kept.Select(step => step.From));
    }

    [Fact]
    public void Of_two_steps_at_one_instant_the_later_one_holds()
    {
        var thinned = StepThinning.Thin([new(Start, 10m), new(Start, 9m)], Start, Start.AddHours(1), 100);

        Assert.Equal(new ChartStep(Start, 9m), Assert.Single(thinned.Kept));
    }

    [Fact]
    public void It_says_in_words_what_it_shows_and_encodes_the_title()
    {
        var svg = XDocument.Parse(StepChart.RenderStandalone(Chart("<x> & \"y\"", (0, 10m), (2, 12m), (4, 9.5m))).ToString());
        XNamespace ns = "http://www.w3.org/2000/svg";

        Assert.Equal("<x> & \"y\"", svg.Root!.Element(ns + "title")!.Value);
        Assert.Equal(
            "3 steps from 1 Feb 2026 00:00 UTC to 1 Feb 2026 10:00 UTC: lowest $9.50, highest $12.00, $9.50 at the end.",
            svg.Root.Element(ns + "desc")!.Value);
        Assert.Equal("chart-title chart-desc", svg.Root.Attribute("aria-labelledby")!.Value);
    }

    [Fact]
    public void Without_a_price_it_says_so()
    {
        Assert.Contains("Nothing was on sale", Draw().ToString(), StringComparison.Ordinal);
        Assert.Contains("Nothing was on sale", Draw((0, null)).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", "12", 2)]
    [InlineData("20", "20", 2)]
    [InlineData("0.01", "0.02", 2)]
    [InlineData("1", "1000000000", 2)]
    [InlineData("2000", "2001", 0)]
    [InlineData("99.9", "158.9", 2)]
    public void Price_ticks_are_round_few_and_around_all_prices(string leastText, string greatestText, int decimals)
    {
        var least = decimal.Parse(leastText, CultureInfo.InvariantCulture);
        var greatest = decimal.Parse(greatestText, CultureInfo.InvariantCulture);

        var ticks = ChartTicks.Prices(least, greatest, decimals);

        Assert.InRange(ticks.Count, 2, 7);
        Assert.True(ticks[0] <= least && greatest <= ticks[^1]);
        Assert.All(ticks, tick => Assert.Equal(decimal.Round(tick, decimals), tick));
    }

    [Theory]
    [InlineData(0.003, 1)]
    [InlineData(0.5, 2)]
    [InlineData(90, 3)]
    [InlineData(7200, 3)]
    [InlineData(86400 * 3, 3)]
    [InlineData(86400 * 57, 3)]
    [InlineData(86400 * 365.0, 3)]
    [InlineData(86400 * 365.0 * 900, 2)]
    public void Time_ticks_are_few_and_inside(double seconds, int atLeast)
    {
        var from = Start.AddMilliseconds(1234567.4);
        var to = from.AddSeconds(seconds);

        var ticks = ChartTicks.Instants(from, to);

        Assert.InRange(ticks.Count, atLeast, 9);
        Assert.All(ticks, tick => Assert.InRange(tick.At, from, to));
        Assert.Equal(ticks.Count, ticks.Select(tick => tick.At).Distinct().Count());
    }

    private static Chart Chart(string title, params (double Hour, decimal? Price)[] steps) => new(
        title, "USD", Start, Start.AddHours(10), steps.Select(step => new ChartStep(Start.AddHours(step.Hour), step.Price)));

    private static Html Draw(params (double Hour, decimal? Price)[] steps) => StepChart.Render(Chart("t", steps), "c");

    private static string[] Path(Html svg)
    {
        var d = XDocument.Parse(svg.ToString()).Descendants("path").Single().Attribute("d")!.Value;
        return System.Text.RegularExpressions.Regex.Matches(d, "[MHV][^MHV]*").Select(m => m.Value).ToArray();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
