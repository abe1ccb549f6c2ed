using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Pricing;

/// <summary>The answers that the reads of prices share.</summary>
public static class PricingAnswers
{
    /// <summary>404.</summary>
    public static Refusal UnknownProduct { get; } = Refusal.NotFound("There is no such product.");

    /// <summary>404.</summary>
    public static Refusal UnknownOffer { get; } = Refusal.NotFound("The seller has no offer with this sku.");

    /// <summary>A product's lowest prices with their entity tag, and the position through which what was read is complete.</summary>
    public static Answer Of(LowestPrices prices, long position) => Answer.Ok(prices, position, ETags.OfContent(prices.Content()));
}
