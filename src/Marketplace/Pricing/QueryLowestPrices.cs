using FluentValidation;
using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Pricing;

/// <summary>Asks for the lowest prices of many products at once.</summary>
/// <param name="ProductIds">1 to 1000 products; one named twice is answered once.</param>
public sealed record QueryLowestPrices(IReadOnlyList<string>? ProductIds)
{
    /// <summary>The shape of the query; what it refuses is a 400.</summary>
    public sealed class Validator : AbstractValidator<QueryLowestPrices>
    {
        /// <summary>Lays down the rules.</summary>
        public Validator()
        {
            RuleFor(x => x.ProductIds).Cascade(CascadeMode.Stop).IsThere()
                .Must(ids => ids!.Count is >= 1 and <= LowestPriceQueries.MostProducts)
                .WithMessage($"must name 1 to {LowestPriceQueries.MostProducts} products.");
            RuleForEach(x => x.ProductIds).IsId().When(x => x.ProductIds is { Count: <= LowestPriceQueries.MostProducts });
        }
    }
}

/// <summary>The lowest prices of many products.</summary>
/// <param name="Items">The answer for each known product, in the order asked.</param>
/// <param name="Unknown">The ids asked for that name no product, in the order asked.</param>
public sealed record ManyLowestPrices(IReadOnlyList<LowestPrices> Items, IReadOnlyList<string> Unknown);

/// <summary>POST of a query for the lowest prices of many products; it changes nothing.</summary>
[Tags("Prices")]
public static class QueryLowestPricesEndpoint
{
    /// <summary>The lowest prices of each product asked for, all of one moment.</summary>
    [ProducesResponseType<ManyLowestPrices>(200), ChangesNothing]
    [WolverinePost("/v1/lowest-prices/query")]
    public static Task<IResult> Post(QueryLowestPrices query, HttpContext http, Reads reads, LowestPriceQueries prices, CancellationToken ct) =>
        reads.AnswerAsync(http, async position =>
        {
            var (items, unknown) = await prices.OfManyAsync(query.ProductIds!, position, ct);
            return Answer.Ok(new ManyLowestPrices(items, unknown), position);
        }, ct);
}
