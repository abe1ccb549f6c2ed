using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Identity;
using Marketplace.Offers;
using Marketplace.Reviews;
using Marketplace.Storage;
using Marketplace.WritePath;

namespace Marketplace.Listings;

/// <summary>
/// The command <c>import-listing FILE</c>: a listing page becomes products, offers of different sellers and reviews, through the same
/// decisions as over HTTP. Ids are made from the file's name and the product's place in it, so that reading a page again changes nothing
/// and reading a later edition of it reprices.
/// </summary>
public static class ImportListing
{
    /// <summary>The largest file, in bytes: 16 MiB.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    // The page names no sellers; each listing type is one seller's, so that a product's offers come from different ones.
    private static readonly Dictionary<ListingType, (string SellerId, Condition Condition, string? Note)> Sellers = new()
    {
        [ListingType.Used] = ("used-books", Condition.Good, null),
        [ListingType.Collectible] = ("collectibles", Condition.VeryGood, "Listed as collectible."),
        [ListingType.ZShops] = ("zshops", Condition.New, null),
    };

    /// <summary>Imports a file.</summary>
    /// <returns>0 when everything is as the page says; 1 when the page cannot be read (then nothing is imported) or something was refused.</returns>
    public static async Task<int> RunAsync(string file, IServiceProvider services, TextWriter output, TextWriter errors, CancellationToken ct)
    {
        if (!File.Exists(file) || new FileInfo(file).Length > MaxBytes)
        {
            await errors.WriteLineAsync(File.Exists(file) ? $"{file} is larger than {MaxBytes} bytes." : $"{file} does not exist.");
            return 1;
        }
        var (products, mistakes) = ListingPage.Parse(await File.ReadAllLinesAsync(file, ct));
        if (mistakes.Count > 0 || products.Count == 0)
        {
            foreach (var mistake in mistakes) await errors.WriteLineAsync($"{file}, {mistake}");
            await errors.WriteLineAsync("Nothing was imported.");
            return 1;
        }

        var import = new Import(services.GetRequiredService<CommandHandler>(), Path.GetFileName(file));
        for (var i = 0; i < products.Count; i++) await import.ProductAsync(ProductId(file, i + 1), i + 1, products[i], ct);
        await output.WriteLineAsync(
            $"{products.Count} products: {import.Recorded} changes recorded, {import.Unchanged} already as the page says, {import.Refused.Count} refused.");
        foreach (var refused in import.Refused) await errors.WriteLineAsync(refused);
        return import.Refused.Count == 0 ? 0 : 1;
    }

    /// <summary>The id of the product at a place (from 1) in a file: the file's name as far as ids allow, then the place.</summary>
    public static string ProductId(string file, int place)
    {
        var name = new string([.. Path.GetFileNameWithoutExtension(file).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(32)]).Trim('-');
        return $"{(name.Length == 0 ? "listing" : name)}-{place}";
    }

    private sealed class Import(CommandHandler commands, string file)
    {
        public int Recorded { get; private set; }
        public int Unchanged { get; private set; }
        public List<string> Refused { get; } = [];

        public async Task ProductAsync(string productId, int place, ListedProduct listed, CancellationToken ct)
        {
            var intent = new Intent(Caller.System("import-listing").Actor) { Reference = $"{file}, product {place}" };
            var words = new PutProduct($"Product {place} of {file}", null, null);
            var stream = StreamKeys.Product(productId);
            Count(productId, await commands.HandleAsync<Product>(stream, intent, p => PutProductEndpoint.Decide(words, productId, p), ct));
            foreach (var price in listed.Prices)
            {
                var (sellerId, condition, note) = Sellers[price.ListingType];
                var terms = new PostOffer(productId, price.ListingType, condition, note, price.Price, null, 1);
                var key = StreamKeys.Offer(sellerId, productId);
                Count(key, await commands.HandleAsync<Offer>(key, intent, o => PostOfferEndpoint.Decide(terms, sellerId, productId, o), ct));
            }
            for (var i = 0; i < listed.Reviews.Count; i++)
            {
                var review = new SubmitReview($"reader-{i + 1}", null, TitleOf(listed.Reviews[i]), listed.Reviews[i]);
                if (new SubmitReview.Validator().Validate(review) is { IsValid: false } broken)
                {
                    Refused.AddRange(broken.Errors.Select(e => $"review of {productId}: {e.PropertyName} {e.ErrorMessage}"));
                    continue;
                }
                var key = StreamKeys.Review(productId, review.ReviewerId!);
                Count(key, await commands.HandleAsync<Review>(key, intent, r => SubmitReviewEndpoint.Decide(review, productId, r), ct));
            }
        }

        // The page gives reviews no titles; the beginning of the text, up to a whole word, is one.
        private static string TitleOf(string review)
        {
            var line = review.Split('\n')[0];
            if (line.Length <= 60) return line;
            var end = line.LastIndexOf(' ', 60);
            return (end > 0 ? line[..end] : line[..60]) + "…";
        }

        private void Count<T>(string what, Outcome<T> outcome) where T : class
        {
            if (outcome.Refusal is { } refusal) Refused.Add($"{what}: {refusal.Detail}");
            else if (outcome.Changed) Recorded++;
            else Unchanged++;
        }
    }
}
