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
        Html.Of($"""
            Complete through position {view.Position} of the log{Charts(view)}. The same as data:
            <a href="/v1{Path(view)}">product</a>, <a href="/v1{Path(view)}/lowest-prices{Query(view)}">lowest prices</a>.
            """));

    private static string Path(ProductSheet view) => $"/products/{Uri.EscapeDataString(view.ProductId)}";

    private static string Query(ProductSheet view) =>
        view.AsOf.At is { } at ? "?asOf=" + Uri.EscapeDataString(InstantText.Iso(at)) : "";

    private static string Charts(ProductSheet view) =>
        view.ChartPosition < view.Position ? $", the charts through {view.ChartPosition}" : "";

    private static Html Body(ProductSheet view) => view switch
    {
        { AsOf.Wrong: not null } => Html.Empty,
        { Title: null } => Html.Constant("<p>This product was not listed yet at that instant.</p>"),
        _ => Html.Of($"""
            {ProductsPage.Words(view.Words)}
            {(view.Description is null ? Html.Empty : Html.Of($"<p class=\"text\">{view.Description}</p>"))}
            <h2>Offers</h2>
            {Html.When(view.Ladders.Count == 0, () => Html.Constant("<p>Nothing is on sale.</p>"))}
            {view.Ladders.Select(LadderTable.Render)}
            <h2>Lowest price over time</h2>
            {Html.When(view.Histories.Count == 0, () => Html.Constant("<p>There has not been an offer.</p>"))}
            {view.Histories.Select((history, n) => HistoryFigure.Render(history, Path(view), view.AsOf, n + 1))}
            {ReviewsSection.Render(view.Reviews)}
            """),
    };

    /// <summary>A listing type as the pages name it.</summary>
    public static string ListingTypeName(string listingType) => listingType switch
    {
        "used" => "Used",
        "collectible" => "Collectible",
        _ => listingType,
    };
}
