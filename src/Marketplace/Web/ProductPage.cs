namespace Marketplace.Web;

/// <summary>The page of one product: words, ladder, history and reviews, all as they stood at one instant.</summary>
public static class ProductPage
{
    /// <summary>The page's markup.</summary>
    public static Html Render(ProductSheet view) => Layout.Page(
        $"{view.Title ?? view.ProductId} – Marketplace",
        Html.Of($"""
            <h1>{view.Title ?? view.ProductId}</h1>
            <p class="soft">{(view.Author is null ? Html.Empty : Html.Of($"by {view.Author} · "))}{view.ProductId}</p>
            {Layout.AsOfField(Path(view), view.AsOf)}
            {Body(view)}
            """),
        Html.Of($"Complete through position {view.Position} of the log{(view.ChartPosition < view.Position ? $", the charts through {view.ChartPosition}" : "")}. The same as data: <a href=\"/v1{Path(view)}\">product</a>, <a href=\"/v1{Path(view)}/lowest-prices{Query(view)}\">lowest prices</a>."));

    private static string Path(ProductSheet view) => $"/products/{Uri.EscapeDataString(view.ProductId)}";

    private static string Query(ProductSheet view) =>
        view.AsOf.At is { } at ? "?asOf=" + Uri.EscapeDataString(InstantText.Iso(at)) : "";

    private static Html Body(ProductSheet view) => view switch
    {
        { AsOf.Wrong: not null } => Html.Empty,
        { Title: null } => Html.Constant("<p>This product was not listed yet at that instant.</p>"),
        _ => Html.Of($"""
            {ProductsPage.Words(view.Words)}
            {(view.Description is null ? Html.Empty : Html.Of($"<p class=\"text\">{view.Description}</p>"))}
            <h2>Offers</h2>
            {Html.When(view.Ladders.Count == 0, () => Html.Constant("<p>Nothing is on sale.</p>"))}
            {view.Ladders.Select(ladder => LadderTable(view, ladder))}
            <h2>Lowest price over time</h2>
            {Html.When(view.Histories.Count == 0, () => Html.Constant("<p>There has not been an offer.</p>"))}
            {view.Histories.Select((history, n) => HistoryFigure(view, history, n))}
            {ReviewsSection.Render(view)}
            """),
    };

    private static Html LadderTable(ProductSheet view, Ladder ladder) => Html.Of($"""
        <div class="scroll" role="region" aria-label="Offers, {ListingTypeName(ladder.ListingType)}, {ladder.Currency}" tabindex="0"><table>
        <caption>{ListingTypeName(ladder.ListingType)}, {ladder.Currency}: {Shown(ladder)}, by price with shipping</caption>
        <thead><tr><th scope="col" class="num">With shipping</th><th scope="col" class="num">Price</th><th scope="col" class="num">Shipping</th><th scope="col">Condition</th><th scope="col">Seller</th><th scope="col">Sku</th><th scope="col" class="num">Quantity</th></tr></thead>
        <tbody>{ladder.Rows.Select(Row)}</tbody>
        </table></div>

        """);

    private static Html Row(LadderRow row) => Html.Of($"""

        <tr><td class="num landed">{row.Landed}</td><td class="num">{row.Price}</td><td class="num">{row.Shipping}</td><td>{row.Condition.Replace('_', ' ')}{(row.ConditionNote is null ? Html.Empty : Html.Of($"<br><span class=\"soft\">{row.ConditionNote}</span>"))}</td><td>{row.SellerId}</td><td>{row.Sku}</td><td class="num">{row.Quantity}</td></tr>
        """);

    private static string Shown(Ladder ladder) => ladder.Rows.Count < ladder.OfferCount
        ? $"the first {ladder.Rows.Count} of {ladder.OfferCount} offers"
        : ladder.OfferCount == 1 ? "1 offer" : $"{ladder.OfferCount} offers";

    private static Html HistoryFigure(ProductSheet view, History history, int number)
    {
        var query = $"listingType={Uri.EscapeDataString(history.ListingType)}&currency={Uri.EscapeDataString(history.Chart.Currency)}"
            + (view.AsOf.At is { } at ? "&to=" + Uri.EscapeDataString(InstantText.Iso(at)) : "");
        return Html.Of($"""
            <h3>{ListingTypeName(history.ListingType)}, {history.Chart.Currency}</h3>
            <div class="scroll" role="region" aria-label="Chart, {ListingTypeName(history.ListingType)}, {history.Chart.Currency}" tabindex="0">{StepChart.Render(history.Chart, $"chart-{number + 1}")}</div>
            <details><summary>The latest steps as a table</summary>
            <div class="scroll" role="region" aria-label="Steps, {ListingTypeName(history.ListingType)}, {history.Chart.Currency}" tabindex="0"><table>
            <caption>With shipping, the latest first. As data: <a href="/v1{Path(view)}/price-history?{query}">JSON</a>, <a href="/v1{Path(view)}/price-history.svg?{query}">SVG</a></caption>
            <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col" class="num">Lowest price</th><th scope="col">Seller</th><th scope="col">Sku</th></tr></thead>
            <tbody>{history.Latest.Select(row => Row(view, row))}</tbody>
            </table></div></details>

            """);
    }

    private static Html Row(ProductSheet view, HistoryRow row) => Html.Of($"""

        <tr><td><a href="{Path(view)}?asOf={Uri.EscapeDataString(InstantText.Field(row.From))}">{InstantText.Of(row.From)}</a></td><td>{(row.To is { } to ? InstantText.Of(to) : "in force")}</td><td class="num">{row.Landed ?? "nothing on sale"}</td><td>{row.SellerId}</td><td>{row.Sku}</td></tr>
        """);

    private static string ListingTypeName(string listingType) => listingType switch
    {
        "used" => "Used",
        "collectible" => "Collectible",
        _ => listingType,
    };
}
