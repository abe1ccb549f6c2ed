using System.Text.Json.Nodes;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;
using Marketplace.Listings;

namespace Marketplace.HttpTests.Listings;

public class ImportedListingTests(MarketplaceFixture app) : IClassFixture<MarketplaceFixture>
{
    private const string OwnPage = """
        Used price: $20.00
        Collectible price: $25.00
        Buy one from zShops for: $1,027.11
        Used price: $2.99
        Buy one from zShops for: $19.95
        A story of a long voyage, told without haste. The maps at the end are worth having.
        The second half is weaker than the first.
        Buy one from zShops for: $9.75
        """;

    private static readonly string[] Openings = ["Used price:", "Collectible price:", "Buy one from zShops for:"];

    private Api Api => app.Api;

    [Fact]
    public Task A_page_of_the_projects_own_is_imported_once() => ImportedOnceAsync(OwnPage);

    [Fact]
    public async Task The_real_page_is_imported_once_where_it_is_present()
    {
        if (Find("shared/data/zshops-listings.txt") is { } file) await ImportedOnceAsync(await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Line_ends_of_another_system_make_no_difference()
    {
        var name = NewFile();
        await RunAsync(name, OwnPage);
        var before = await app.EventsAsync();

        Assert.Equal(0, (await RunAsync(name, OwnPage.Replace("\n", "\r\n"))).Code);

        Assert.Equal(before, await app.EventsAsync());
    }

    [Fact]
    public async Task A_later_edition_of_a_page_reprices()
    {
        var name = NewFile();
        await RunAsync(name, OwnPage);
        var before = await app.EventsAsync();

        var (code, output, _) = await RunAsync(name, OwnPage.Replace("$20.00", "$18.00"));

        Assert.Equal((0, before + 1), (code, await app.EventsAsync()));
        Assert.Contains("1 changes recorded", output);
        Assert.StartsWith("Used price: $18.00\n", await WordsAsync(name, 1));
    }

    [Fact]
    public async Task A_page_with_mistakes_is_not_imported_at_all()
    {
        var before = await app.EventsAsync();

        var (code, _, errors) = await RunAsync(NewFile(), "Used price: $1.00\nUsed price: one dollar\n");

        Assert.Equal((1, before), (code, await app.EventsAsync()));
        Assert.Contains("line 2", errors);
        Assert.Equal(1, (await RunAsync(NewFile(), "")).Code);
        Assert.Equal(1, await ImportListing.RunAsync("no-such-file.txt", app.Host.Services, new StringWriter(), new StringWriter(), CancellationToken.None));
    }

    private async Task ImportedOnceAsync(string page)
    {
        var name = NewFile();
        var (code, output, errors) = await RunAsync(name, page);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains(", 0 already as the page says", output);
        var before = await app.EventsAsync();

        (code, output, _) = await RunAsync(name, page);

        Assert.Equal((0, before), (code, await app.EventsAsync()));
        Assert.Contains(": 0 changes recorded", output);
        var products = Products(page);
        for (var place = 1; place <= products.Count; place++)
        {
            Assert.Equal(products[place - 1].Prices, await WordsAsync(name, place));
            var reviews = (await Api.GetAsync($"/v1/products/{ImportListing.ProductId(name, place)}/reviews")).ShouldBe(200).Json["items"]!.AsArray();
            Assert.Equal(products[place - 1].Review, string.Join("\n\n", reviews.Select(Text)));
        }
        (await Api.GetAsync($"/v1/products/{ImportListing.ProductId(name, products.Count + 1)}")).ShouldBeProblem(404);
        var sellers = (await Api.GetAsync($"/v1/products/{ImportListing.ProductId(name, 1)}/offers")).Json["items"]!.AsArray().Select(o => (string)o!["sellerId"]!);
        Assert.Equal(3, sellers.Distinct().Count());
    }

    // The page's products told a second time, line by line.
    private static List<(string Prices, string Review)> Products(string page)
    {
        var (products, last) = (new List<(string Prices, string Review)>(), 3);
        foreach (var line in page.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            var kind = Array.FindIndex(Openings, line.StartsWith);
            if (kind >= 0 && kind <= last) products.Add(("", ""));
            var (prices, review) = products[^1];
            products[^1] = kind >= 0 ? (prices + line.Replace(",", "") + "\n", review) : (prices, review.Length == 0 ? line : review + "\n\n" + line);
            if (kind >= 0) last = kind;
        }
        return products;
    }

    private static string Text(JsonNode? review) => (string)review!["body"]!;

    private async Task<string> WordsAsync(string name, int place) =>
        (await Api.GetAsync($"/v1/products/{ImportListing.ProductId(name, place)}", ("Accept", "text/plain"))).ShouldBe(200).Body;

    private static string NewFile() => $"{MarketplaceFixture.NewId("page")}.txt";

    private async Task<(int Code, string Output, string Errors)> RunAsync(string name, string page)
    {
        var folder = Directory.CreateTempSubdirectory("listing");
        try
        {
            var file = Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(file, page);
            var (output, errors) = (new StringWriter(), new StringWriter());
            return (await ImportListing.RunAsync(file, app.Host.Services, output, errors, CancellationToken.None), output.ToString(), errors.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, path))) return Path.Combine(folder.FullName, path);
        return null;
    }
}
