namespace Marketplace.Web;

/// <summary>The best offers of one listing type and currency as a table.</summary>
public static class LadderTable
{
    /// <summary>The table's markup.</summary>
    public static Html Render(Ladder ladder)
    {
        var kind = $"{ProductPage.ListingTypeName(ladder.ListingType)}, {ladder.Currency}";
        return Html.Of($"""
            <div class="scroll" role="region" aria-label="Offers, {kind}" tabindex="0"><table>
            <caption>{kind}: {Shown(ladder)}, by price with shipping</caption>
            <thead><tr>
            <th scope="col" class="num">With shipping</th>
            <th scope="col" class="num">Price</th>
            <th scope="col" class="num">Shipping</th>
            <th scope="col">Condition</th>
            <th scope="col">Seller</th>
            <th scope="col">Sku</th>
            <th scope="col" class="num">Quantity</th>
            </tr></thead>
            <tbody>{ladder.Rows.Select(Row)}</tbody>
            </table></div>

            """);
    }

    private static Html Row(LadderRow row) => Html.Of($"""

        <tr>
        <td class="num landed">{row.Landed}</td>
        <td class="num">{row.Price}</td>
        <td class="num">{row.Shipping}</td>
        <td>{row.Condition.Replace('_', ' ')}{Note(row.ConditionNote)}</td>
        <td>{row.SellerId}</td>
        <td>{row.Sku}</td>
        <td class="num">{row.Quantity}</td>
        </tr>
        """);

    private static Html Note(string? note) => note is null ? Html.Empty : Html.Of($"<br><span class=\"soft\">{note}</span>");

    private static string Shown(Ladder ladder) => ladder.Rows.Count < ladder.OfferCount
        ? $"the first {ladder.Rows.Count} of {ladder.OfferCount} offers"
        : ladder.OfferCount == 1 ? "1 offer" : $"{ladder.OfferCount} offers";
}
