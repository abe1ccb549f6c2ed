using System.Globalization;
using System.Text;
using Marketplace.Domain;

namespace Marketplace.Web;

/// <summary>Draws a lowest price over time as a step chart in SVG, on the server, for readers with and without eyes.</summary>
public static class StepChart
{
    private const int Width = 760, Height = 280, Left = 96, Right = 20, Top = 18, Bottom = 52;
    private const int PlotWidth = Width - Left - Right, PlotHeight = Height - Top - Bottom;
    private const int Middle = Left + PlotWidth / 2, Floor = Top + PlotHeight;

    /// <summary>
    /// The most steps that are drawn: five for each of the plot's columns of pixels. A longer history is thinned to it
    /// without hiding an extreme or a gap (<see cref="StepThinning"/>), and says so in its description.
    /// </summary>
    public const int MostSteps = PlotWidth * StepThinning.KeptPerColumn;

    /// <summary>Up to so many steps each is marked and says its price and instant when pointed at.</summary>
    public const int MostMarkedSteps = 60;

    /// <summary>
    /// Colours of a chart that stands alone; a chart inside a page takes those of the page.
    /// </summary>
    public const string StandaloneStyle =
        "svg{background:#fff;color:#1a1a1a;--line:#0b57d0;--grid:#d9dce1}" +
        "@media(prefers-color-scheme:dark){svg{background:#16181c;color:#e8eaed;--line:#8ab4f8;--grid:#3a3f47}}" +
        Rules;

    /// <summary>The rules a page needs to show a chart, over its own <c>--line</c> and <c>--grid</c> colours.</summary>
    public const string Rules =
        ".chart text{font:12px system-ui,sans-serif;fill:currentColor}" +
        ".chart .grid{stroke:var(--grid);stroke-width:1}" +
        ".chart .price{fill:none;stroke:var(--line);stroke-width:2;stroke-linecap:square;stroke-linejoin:miter}" +
        ".chart .mark{fill:var(--line)}";

    /// <summary>The chart as an SVG element, to be put into a page.</summary>
    /// <param name="chart">What to draw.</param>
    /// <param name="id">Unique within the page: what the chart's title and description are found by.</param>
    public static Html Render(Chart chart, string id) => Svg(chart, id, Html.Empty, Html.Empty);

    /// <summary>The chart as an SVG document of its own, with its own colours.</summary>
    public static Html RenderStandalone(Chart chart) => Svg(
        chart,
        "chart",
        Html.Of($" xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\""),
        Html.Constant($"<style>{StandaloneStyle}</style>"));

    private static Html Svg(Chart chart, string id, Html attributes, Html style)
    {
        var thinned = StepThinning.Thin(chart.Steps, chart.From, chart.To, PlotWidth);
        var prices = thinned.Kept.Where(step => step.Price is not null).Select(step => step.Price!.Value).ToArray();
        var decimals = Currencies.DecimalsOf(chart.Currency) ?? 2;
        return Html.Of($"""
            <svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-labelledby="{id}-title {id}-desc"{attributes}>
            <title id="{id}-title">{chart.Title}</title>
            <desc id="{id}-desc">{Describe(chart, thinned, prices)}</desc>{style}
            {(prices.Length == 0 ? Nothing(chart) : Plot(chart, thinned.Kept, ChartTicks.Prices(prices.Min(), prices.Max(), decimals)))}
            {TimeAxis(chart)}
            </svg>
            """);
    }

    private static string Describe(Chart chart, ThinnedSteps thinned, decimal[] prices)
    {
        if (prices.Length == 0)
            return $"Nothing was on sale from {Instant(chart.From)} to {Instant(chart.To)}.";

        var last = thinned.Kept[^1].Price is { } price ? $"{Money(chart, price)} at the end" : "nothing on sale at the end";
        var drawn = thinned.Kept.Count < thinned.Total
            ? $" {thinned.Kept.Count} of them are drawn: all that can be told apart, with every extreme."
            : "";
        return $"{thinned.Total} steps from {Instant(chart.From)} to {Instant(chart.To)}: "
            + $"lowest {Money(chart, prices.Min())}, highest {Money(chart, prices.Max())}, {last}.{drawn}";
    }

    private static Html Nothing(Chart chart) => Html.Of($"""
        <text x="{Middle}" y="{Top + PlotHeight / 2}" text-anchor="middle">Nothing was on sale in {chart.Currency}.</text>
        """);

    private static Html Plot(Chart chart, IReadOnlyList<ChartStep> steps, IReadOnlyList<decimal> ticks)
    {
        double Y(decimal price) => Top + PlotHeight * (double)((ticks[^1] - price) / (ticks[^1] - ticks[0]));

        var grid = ticks.Select(tick => Html.Of($"""
            <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{Px(Y(tick))}" y2="{Px(Y(tick))}"/>
            <text x="{Left - 10}" y="{Px(Y(tick) + 4)}" text-anchor="end">{Money(chart, tick)}</text>

            """));
        var marks = steps.Count > MostMarkedSteps
            ? []
            : steps.Where(step => step.Price is not null).Select(step => Html.Of($"""
                <circle class="mark" cx="{Px(X(chart, step.From))}" cy="{Px(Y(step.Price!.Value))}" r="3.5">
                <title>{Money(chart, step.Price.Value)} from {Instant(step.From)}</title></circle>

                """));
        return Html.Of($"""
            {grid}<path class="price" d="{Path(chart, steps, Y)}"/>
            {marks}
            """);
    }

    /// <summary>Right along the price in force, then up or down to the next; lifted where nothing was on sale.</summary>
    private static string Path(Chart chart, IReadOnlyList<ChartStep> steps, Func<decimal, double> y)
    {
        var path = new StringBuilder();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Price is not { } price)
                continue;

            var end = i + 1 < steps.Count ? steps[i + 1].From : chart.To;
            path.Append(i > 0 && steps[i - 1].Price is not null ? $"V{Px(y(price))}" : $"M{Px(X(chart, steps[i].From))} {Px(y(price))}");
            path.Append($"H{Px(X(chart, end))}");
        }

        return path.ToString();
    }

    private static Html TimeAxis(Chart chart)
    {
        var ticks = ChartTicks.Instants(chart.From, chart.To).Select(tick => Html.Of($"""
            <line class="grid" x1="{Px(X(chart, tick.At))}" x2="{Px(X(chart, tick.At))}" y1="{Floor}" y2="{Floor + 5}"/>
            <text x="{Px(X(chart, tick.At))}" y="{Floor + 19}" text-anchor="middle">{tick.Label}</text>

            """));
        return Html.Of($"""
            <line class="grid" x1="{Left}" x2="{Width - Right}" y1="{Floor}" y2="{Floor}"/>
            {ticks}<text x="{Middle}" y="{Height - 8}" text-anchor="middle">{Instant(chart.From)} to {Instant(chart.To)}</text>
            """);
    }

    private static double X(Chart chart, DateTimeOffset at) =>
        chart.To <= chart.From ? Left : Left + PlotWidth * ((at - chart.From).Ticks / (double)(chart.To - chart.From).Ticks);

    private static string Px(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Money(Chart chart, decimal amount) => new Money(amount, chart.Currency).ToString();

    private static string Instant(DateTimeOffset at) => InstantText.Of(at);
}
