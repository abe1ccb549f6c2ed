namespace Marketplace.Web;

/// <summary>One lowest price over time: the chart, and its latest steps as a table for those who want to read them.</summary>
public static class HistoryFigure
{
    /// <summary>The figure's markup.</summary>
    /// <param name="history">What to show.</param>
    /// <param name="path">The product's page, without its query.</param>
    /// <param name="asOf">The instant the page shows.</param>
    /// <param name="number">Which figure of the page it is.</param>
    public static Html Render(History history, string path, AsOf asOf, int number)
    {
        var kind = $"{ProductPage.ListingTypeName(history.ListingType)}, {history.Chart.Currency}";
        var query = $"listingType={Uri.EscapeDataString(history.ListingType)}&currency={Uri.EscapeDataString(history.Chart.Currency)}"
            + (asOf.At is { } at ? "&to=" + Uri.EscapeDataString(InstantText.Iso(at)) : "");
        return Html.Of($"""
            <h3>{kind}</h3>
            <div class="scroll" role="region" aria-label="Chart, {kind}" tabindex="0">
            {StepChart.Render(history.Chart, $"chart-{number}")}
            </div>
            <details><summary>The latest steps as a table</summary>
            <div class="scroll" role="region" aria-label="Steps, {kind}" tabindex="0"><table>
            <caption>With shipping, the latest first. As data:
            <a href="/v1{path}/price-history?{query}">JSON</a>, <a href="/v1{path}/price-history.svg?{query}">SVG</a></caption>
            <thead><tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" class="num">Lowest price</th>
            <th scope="col">Seller</th>
            <th scope="col">Sku</th>
            </tr></thead>
            <tbody>{history.Latest.Select(row => Row(row, path))}</tbody>
            </table></div></details>

            """);
    }

    private static Html Row(HistoryRow row, string path) => Html.Of($"""

        <tr>
        <td><a href="{path}?asOf={Uri.EscapeDataString(InstantText.Field(row.From))}">{InstantText.Of(row.From)}</a></td>
        <td>{(row.To is { } to ? InstantText.Of(to) : "in force")}</td>
        <td class="num">{row.Landed ?? "nothing on sale"}</td>
        <td>{row.SellerId}</td>
        <td>{row.Sku}</td>
        </tr>
        """);
}
