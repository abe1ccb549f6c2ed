using System.Xml.Linq;
using Marketplace.Web;

namespace Marketplace.Tests.Web;

public class PagesTests
{
    private const string Hostile = "<script>alert(1)</script>\" onload=\"x";
    private static readonly DateTimeOffset At = new(2026, 2, 18, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void A_newcomer_is_told_how_to_put_the_first_product()
    {
        var page = ProductsPage.Render(new ProductsView("http://localhost:5000", AsOf.Present, [], FirstPage: true, null)).ToString();

        Assert.Contains("no products yet", page, StringComparison.Ordinal);
        Assert.Contains("curl -X PUT http://localhost:5000/v1/products/", page, StringComparison.Ordinal);
        Assert.Contains("import-listing", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_shows_the_lowest_prices_in_words_and_keeps_the_instant_in_its_links()
    {
        var asOf = new AsOf("2026-02-18T09:30", At, null);
        var page = ProductsPage.Render(new ProductsView("http://x", asOf,
            [new("0890968159", "Home from Siberia", "Otis Hays", ["Used price: $20.00", "Buy one from zShops for: $27.11"])],
            FirstPage: true, "abc")).ToString();

        Assert.Contains("<li>Used price: $20.00</li><li>Buy one from zShops for: $27.11</li>", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/products/0890968159?asOf=2026-02-18T09%3A30%3A00\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/?after=abc&amp;asOf=2026-02-18T09%3A30%3A00\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"2026-02-18T09:30:00\"", page, StringComparison.Ordinal);
        Assert.Contains("You are looking at the past", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_a_stranger_wrote_becomes_markup()
    {
        var page = ProductPage.Render(Hostiles()).ToString();

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\" onload", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pages_markup_is_well_formed_and_its_ids_and_headings_are_in_order()
    {
        var page = Parse(ProductPage.Render(Hostiles()));
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        var headings = page.Descendants().Select(e => e.Name.LocalName).Where(name => name is "h1" or "h2" or "h3");
        var levels = headings.Select(name => name[1] - '0').ToArray();
        var labels = page.Descendants("label").Select(label => label.Attribute("for")?.Value).ToArray();

        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(1, levels.Count(level => level == 1));
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        Assert.All(page.Descendants("table"), table => Assert.NotNull(table.Element("caption")));
        Assert.All(page.Descendants("th"), th => Assert.NotNull(th.Attribute("scope")));
        Assert.All(page.Descendants("input"), input => Assert.Contains(input.Attribute("id")?.Value, labels));
        Assert.Equal("en", page.Root!.Attribute("lang")!.Value);
    }

    [Fact]
    public void A_page_loads_nothing_from_anywhere()
    {
        var page = Parse(ProductPage.Render(Hostiles()));

        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.Empty(page.Descendants().Attributes("style"));
        Assert.All(page.Descendants().Attributes("href"), href => Assert.Matches("^(/(?!/)|#)", href.Value));
    }

    [Fact]
    public void A_wrong_instant_is_explained_and_nothing_else_is_shown()
    {
        var page = ProductPage.Render(Hostiles() with { AsOf = AsOf.Read("soon", At) }).ToString();

        Assert.Contains("role=\"alert\"", page, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Offers</h2>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_style_sheet_is_the_one_the_policy_allows()
    {
        var style = Parse(ProductPage.Render(Hostiles())).Descendants("style").Single().Value;

        Assert.Equal(Style.Sheet, style);
        Assert.Contains($"style-src 'sha256-{Hash(style)}'", Style.PagePolicy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", Style.PagePolicy, StringComparison.Ordinal);
    }

    private static string Hash(string text) =>
        Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static ProductSheet Hostiles() => new(
        Hostile, Hostile, Hostile, Hostile, AsOf.Present, 42, 41, [Hostile],
        [new Ladder("used", "USD", [new LadderRow(Hostile, Hostile, "very_good", Hostile, "$20.00", "$0.00", "$20.00", 1)], 3)],
        [new History("used", new Chart(Hostile, "USD", At.AddDays(-1), At, [new ChartStep(At.AddDays(-1), 20m)]),
            [new HistoryRow(At.AddDays(-1), null, "$20.00", Hostile, Hostile)])],
        new ReviewsView(2, 1, 4m, [0, 0, 0, 1, 0], [new ReviewText(Hostile, 4, Hostile, Hostile, At, 1, 2)]));

    /// <summary>As XML, which is stricter than HTML: the few elements without an end tag are closed first.</summary>
    private static XDocument Parse(Html html) => XDocument.Parse(System.Text.RegularExpressions.Regex.Replace(
        html.ToString().Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "<(meta|input|br)([^>]*)>", "<$1$2/>"));
}
