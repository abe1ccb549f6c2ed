using Marketplace.Domain;
using Npgsql;

namespace Marketplace.Pricing;

/// <summary>
/// Reads the steps of a lowest price from the latest back, as a chart or a table of a long history wants them: the index is walked backwards
/// and no further than asked, however many steps there are.
/// </summary>
public sealed class LatestSteps(NpgsqlDataSource db)
{
    /// <summary>The steps of the group <c>$1, $2, $3</c> that begin before <c>$4</c>, latest first, at most <c>$5</c>.</summary>
    public const string Sql = $"""
        select s.effective_at, t.price, t.shipping, o.seller_id, o.sku, s.position
          from (select * from lowest_price_step
                 where group_no = {PriceHistoryQueries.GroupNumber} and is_price_step and effective_at <= $4
                 order by effective_at desc limit $5) as s
          {PriceHistoryQueries.Winner}
         order by s.effective_at desc
        """;

    /// <summary>The latest steps by an instant, in order of time; the last one's end is null.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="listingType">The listing type.</param>
    /// <param name="currency">The currency.</param>
    /// <param name="until">Steps that begin later are left out.</param>
    /// <param name="limit">The most steps; older ones are left out.</param>
    /// <param name="ct">Ends the query.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<IReadOnlyList<PriceStep>> ReadAsync(
        string productId, ListingType listingType, string currency, DateTimeOffset until, int limit, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = productId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Word.Of(listingType) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = currency });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var steps = new List<PriceStep>();
        await using (var row = await command.ExecuteReaderAsync(ct))
            while (await row.ReadAsync(ct))
                steps.Add(PriceHistoryQueries.Step(row, currency) with { To = steps.Count > 0 ? steps[^1].From : null });
        steps.Reverse();
        return steps;
    }
}
