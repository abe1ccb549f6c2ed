namespace Marketplace.Web;

/// <summary>A product in the list: what it is and its lowest prices in the old page's words.</summary>
public sealed record ProductLine(string ProductId, string Title, string? Author, IReadOnlyList<string> Words);

/// <summary>What the list of products shows.</summary>
/// <param name="Origin">Scheme and host the reader came by, for the commands of the empty page.</param>
/// <param name="AsOf">What the "as of" field asked for.</param>
/// <param name="Products">One page of products, in order of their ids.</param>
/// <param name="FirstPage">Whether the list begins here: an empty first page is an empty marketplace.</param>
/// <param name="Next">Cursor of the next page, or null at the end.</param>
public sealed record ProductsView(string Origin, AsOf AsOf, IReadOnlyList<ProductLine> Products, bool FirstPage, string? Next);

/// <summary>One offer on the ladder; money already in words.</summary>
public sealed record LadderRow(
    string SellerId, string Sku, string Condition, string? ConditionNote, string Price, string Shipping, string Landed, int Quantity);

/// <summary>The best active offers of one listing type and currency, by landed price, and how many there are in all.</summary>
public sealed record Ladder(string ListingType, string Currency, IReadOnlyList<LadderRow> Rows, long OfferCount);

/// <summary>One step of the lowest price, for the table under the chart. Null prices: nothing was on sale.</summary>
public sealed record HistoryRow(DateTimeOffset From, DateTimeOffset? To, string? Landed, string? SellerId, string? Sku);

/// <summary>The lowest price of one listing type and currency over time: drawn, and its latest steps in words.</summary>
public sealed record History(string ListingType, Chart Chart, IReadOnlyList<HistoryRow> Latest);

/// <summary>A review as it stood; <see cref="Rating"/> 1 to 5 or null.</summary>
public sealed record ReviewText(string ReviewerId, int? Rating, string Title, string Body, DateTimeOffset At, int Helpful, int Votes);

/// <summary>What all reviews together say. <see cref="Histogram"/> holds the number of reviews with 1, 2, 3, 4, 5 stars.</summary>
public sealed record ReviewsView(
    long Count, long RatedCount, decimal? Average, IReadOnlyList<long> Histogram, IReadOnlyList<ReviewText> Reviews)
{
    /// <summary>Nobody has reviewed it.</summary>
    public static ReviewsView None { get; } = new(0, 0, null, [0, 0, 0, 0, 0], []);
}

/// <summary>Everything the page of one product shows, all of it as it stood at one instant.</summary>
/// <param name="ProductId">The product's id.</param>
/// <param name="Title">Its title; null when it was not listed yet at the instant asked for.</param>
/// <param name="Author">Its author, if it has one.</param>
/// <param name="Description">Its description, if it has one.</param>
/// <param name="AsOf">What the "as of" field asked for.</param>
/// <param name="Position">The position through which the page is complete.</param>
/// <param name="ChartPosition">The position through which the charts are complete; they may follow a little behind.</param>
/// <param name="Words">The lowest prices in the old page's words.</param>
/// <param name="Ladders">By listing type and currency.</param>
/// <param name="Histories">By listing type and currency.</param>
/// <param name="Reviews">Reviews and their summary.</param>
public sealed record ProductSheet(
    string ProductId,
    string? Title,
    string? Author,
    string? Description,
    AsOf AsOf,
    long Position,
    long ChartPosition,
    IReadOnlyList<string> Words,
    IReadOnlyList<Ladder> Ladders,
    IReadOnlyList<History> Histories,
    ReviewsView Reviews);
