using Marketplace.Domain;
using Marketplace.WritePath;
using Npgsql;

namespace Marketplace.Offers;

/// <summary>
/// Reads offers' states from their rows of <c>current_offer</c>: each is written in the transaction of every event, so it is the fold of the
/// stream at its version, at the same cost after one event or a hundred thousand.
/// </summary>
public sealed class OfferStates(NpgsqlDataSource db) : IStateSource<Offer>
{
    /// <summary>Offers by seller and sku: one probe of the key for each, whatever the planner thinks of the seller's number of offers.</summary>
    public const string Query = $"""
        select o.* from unnest($1::text[], $2::text[]) as asked (seller_id, sku)
         cross join lateral (select {OfferRow.Columns} from current_offer where seller_id = asked.seller_id and sku = asked.sku limit 1) as o
        """;

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, Versioned<Offer>>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var asked = keys.Select(StreamKeys.OfOffer).ToArray();
        await using var command = db.CreateCommand(Query);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(asked, offer => offer.SellerId) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(asked, offer => offer.Sku) });
        var offers = new Dictionary<string, Versioned<Offer>>(keys.Count, StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var offer = OfferRow.Read(reader, out var version);
            offers.Add(offer.Id, new Versioned<Offer>(offer, version));
        }
        return offers;
    }
}
