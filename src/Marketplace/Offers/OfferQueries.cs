using System.Globalization;
using Marketplace.Domain;
using Marketplace.Http;
using Npgsql;

namespace Marketplace.Offers;

/// <summary>Reads the current offers. Every list is a keyset scan of an index; its cost does not grow with what lies beyond the page.</summary>
public sealed class OfferQueries(NpgsqlDataSource db)
{
    private const string One = $"select {OfferView.Columns} from current_offer where seller_id = $1 and sku = $2";

    private const string OfSeller = $"""
        select {OfferView.Columns} from current_offer
         where seller_id = $1 and sku > $2 and ($3::text is null or status = $3) order by sku limit $4
        """;

    /// <summary>One rung of the ladder's query, for one listing type; several are merged in the ladder's order.</summary>
    private const string Rung = $"""
        (select {OfferView.Columns}, landed_price from current_offer
          where product_id = $1 and status = 'active' and listing_type = '%type%'
            and (currency, landed_price, price_since, seller_id, sku) > ($2, $3, $4, $5, $6) %currency%
          order by currency, landed_price, price_since, seller_id, sku limit $7)
        """;

    /// <summary>The ladder's list name in cursors.</summary>
    public const string LadderList = "ladder";

    /// <summary>The offer, or null when there is none.</summary>
    public async Task<OfferView?> FindAsync(string sellerId, string sku, CancellationToken ct)
    {
        await using var command = db.CreateCommand(One);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sku });
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    /// <summary>A seller's offers by sku, at most one more than <paramref name="limit"/>, after a sku.</summary>
    public async Task<Page<OfferView>> OfSellerAsync(string sellerId, OfferStatus? status, string afterSku, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(OfSeller);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sellerId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = afterSku });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = status is { } wanted ? Word.Of(wanted) : null });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        return Page<OfferView>.Of(await ReadAsync(command, ct), limit, o => Cursor.Encode(GetSellerOffersEndpoint.List, o.Sku));
    }

    /// <summary>
    /// A page of a product's ladder: its active offers by currency, then landed price, ties by the rule of the lowest price.
    /// </summary>
    /// <param name="productId">The product.</param>
    /// <param name="listingType">Only this listing type, or all of them merged.</param>
    /// <param name="currency">Only this currency, or all, one after another.</param>
    /// <param name="after">The keys of a cursor of <see cref="LadderList"/>, or null for the first page.</param>
    /// <param name="limit">The most offers on the page.</param>
    /// <param name="ct">Ends the query.</param>
    public async Task<Page<OfferView>> LadderAsync(
        string productId, ListingType? listingType, string? currency, LadderKey? after, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(LadderSql(listingType, currency is not null));
        var key = after ?? LadderKey.First;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Currency });
        command.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = key.LandedPrice });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = key.PriceSince });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.SellerId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Sku });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit + 1 });
        if (currency is not null) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = currency });
        return Page<OfferView>.Of(await ReadAsync(command, ct), limit, o => LadderKey.Of(o).Encode());
    }

    /// <summary>The ladder's statement: the index holds it sorted per listing type, so several types are merged, never sorted.</summary>
    public static string LadderSql(ListingType? listingType, bool oneCurrency)
    {
        var types = listingType is { } only ? [only] : Enum.GetValues<ListingType>();
        var rungs = types.Select(type => Rung
            .Replace("%type%", Word.Of(type), StringComparison.Ordinal)
            .Replace("%currency%", oneCurrency ? "and currency = $8" : "", StringComparison.Ordinal));
        return $"""
            select {OfferView.Columns} from ({string.Join("\nunion all\n", rungs)}) as rungs
             order by currency, landed_price, price_since, seller_id, sku limit $7
            """;
    }

    private static async Task<List<OfferView>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var offers = new List<OfferView>();
        while (await reader.ReadAsync(ct)) offers.Add(OfferView.Read(reader));
        return offers;
    }
}

/// <summary>Where an offer stands on its product's ladder: the order of the ladder, and what its cursor carries.</summary>
/// <param name="Currency">Currencies follow one another.</param>
/// <param name="LandedPrice">Cheapest first.</param>
/// <param name="PriceSince">Of two at one price, the price that took effect first.</param>
/// <param name="SellerId">Then by seller, ordinal.</param>
/// <param name="Sku">Then by sku, ordinal.</param>
public sealed record LadderKey(string Currency, decimal LandedPrice, DateTimeOffset PriceSince, string SellerId, string Sku)
{
    /// <summary>Before every offer.</summary>
    public static LadderKey First { get; } = new("", 0, DateTimeOffset.MinValue, "", "");

    /// <summary>The key of an offer.</summary>
    public static LadderKey Of(OfferView offer) => new(offer.Price.Currency, offer.LandedPrice.Amount, offer.PriceSince, offer.SellerId, offer.Sku);

    /// <summary>The cursor after this key.</summary>
    public string Encode() => Cursor.Encode(OfferQueries.LadderList, Currency, LandedPrice.ToString(CultureInfo.InvariantCulture),
        PriceSince.UtcTicks.ToString(CultureInfo.InvariantCulture), SellerId, Sku);

    /// <summary>Reads the values of a cursor; null when they are none of a ladder's.</summary>
    public static LadderKey? Decode(string[] keys) =>
        decimal.TryParse(keys[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var landed)
        && long.TryParse(keys[2], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new LadderKey(keys[0], landed, new DateTimeOffset(ticks, TimeSpan.Zero), keys[3], keys[4])
            : null;
}
