namespace Marketplace.Web;

/// <summary>The list of products, and what a newcomer sees before there is one.</summary>
public static class ProductsPage
{
    /// <summary>The page's markup.</summary>
    public static Html Render(ProductsView view) => Layout.Page(
        "Marketplace",
        view is { Products: [], FirstPage: true, AsOf: { At: null, Wrong: null } } ? Empty(view) : Listed(view),
        Html.Constant("Prices are listing prices without shipping, of the offer with the lowest price including it."));

    /// <summary>The address of a product's page, at the same instant as the list.</summary>
    public static string Link(string productId, AsOf asOf) =>
        $"/products/{Uri.EscapeDataString(productId)}{(asOf.At is { } at ? "?asOf=" + Uri.EscapeDataString(InstantText.Field(at)) : "")}";

    private static Html Listed(ProductsView view) => Html.Of($"""
        <h1>Products</h1>
        {Layout.AsOfField("/", view.AsOf)}
        {Html.When(view.Products.Count > 0, () => Lines(view))}
        {Html.When(view.Products.Count == 0 && view.AsOf.Wrong is null, () => Html.Constant("<p>No product here was listed yet.</p>"))}
        {Paging(view)}
        """);

    private static Html Lines(ProductsView view) =>
        Html.Of($"<ul class=\"products\">{view.Products.Select(product => Line(product, view.AsOf))}</ul>");

    private static Html Line(ProductLine product, AsOf asOf) => Html.Of($"""

        <li><h2><a href="{Link(product.ProductId, asOf)}">{product.Title}</a></h2>
        <span class="soft">{(product.Author is null ? Html.Empty : Html.Of($"by {product.Author} · "))}{product.ProductId}</span>
        {Words(product.Words)}</li>
        """);

    /// <summary>The lowest prices in the old page's words, or that there are none.</summary>
    public static Html Words(IReadOnlyList<string> words) => words.Count == 0
        ? Html.Constant("<p class=\"soft\">Nothing on sale.</p>")
        : Html.Of($"<ul class=\"words\">{words.Select(line => Html.Of($"<li>{line}</li>"))}</ul>");

    private static Html Paging(ProductsView view)
    {
        if (view is { FirstPage: true, Next: null })
            return Html.Empty;

        var asOf = view.AsOf.At is { } at ? "asOf=" + Uri.EscapeDataString(InstantText.Field(at)) : null;
        var first = asOf is null ? "/" : $"/?{asOf}";
        var next = $"/?after={Uri.EscapeDataString(view.Next ?? "")}{(asOf is null ? "" : "&" + asOf)}";
        return Html.Of($"""
            <nav aria-label="Pages"><ul>
            {Html.When(!view.FirstPage, () => Html.Of($"<li><a href=\"{first}\">First page</a></li>"))}
            {Html.When(view.Next is not null, () => Html.Of($"<li><a rel=\"next\" href=\"{next}\">Next page</a></li>"))}
            </ul></nav>
            """);
    }

    private static Html Empty(ProductsView view) => Html.Of($$"""
        <h1>Welcome. There are no products yet.</h1>
        <p>Everything here is done over the <a href="/swagger">API</a>. List a product, then offer a copy of it:</p>
        <pre><code>curl -X PUT {{view.Origin}}/v1/products/9780890968154 \
          -H 'Content-Type: application/json' \
          -d '{"title": "Home from Siberia", "author": "Otis Hays"}'

        curl -X PUT {{view.Origin}}/v1/sellers/my-shop/offers/copy-1 \
          -H 'Content-Type: application/json' \
          -d '{"productId": "9780890968154", "listingType": "used", "condition": "very_good",
               "price": {"amount": 20.00, "currency": "USD"}, "quantity": 1}'</code></pre>
        <p>Then <a href="/">load this page again</a>.</p>
        <p>Or read a whole listing page in, with its products, offers and reviews:</p>
        <pre><code>dotnet run --project src/Marketplace -- import-listing FILE</code></pre>
        """);
}
