using System.Buffers;
using System.Text.Json;
using FluentValidation;
using Marketplace.Http;
using Marketplace.Storage;
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
    public static Task<IResult> Post(QueryLowestPrices query, HttpContext http, Reads reads, CurrentPrices prices, CancellationToken ct) =>
        reads.AnswerAsync(http, async look =>
        {
            string[] asked = [.. query.ProductIds!.Distinct(StringComparer.Ordinal)];
            // All are asked for before any is waited for, so that what has to be read is read together.
            var pending = Array.ConvertAll(asked, productId => prices.OfAsync(productId, look, ct));
            var (known, unknown) = (new List<ReadyPrices>(asked.Length), new List<string>());
            for (var i = 0; i < asked.Length; i++)
            {
                if (await pending[i] is { } ready) known.Add(ready);
                else unknown.Add(asked[i]);
            }
            return Answer.Json(Write(known, unknown, look), look.Complete);
        }, ct);

    // The JSON of ManyLowestPrices.
    private static byte[] Write(List<ReadyPrices> known, List<string> unknown, Look look)
    {
        var json = new ArrayBufferWriter<byte>(known.Sum(ready => ready.MostBytes + 1) + 64);
        json.Write("{\"items\":["u8);
        foreach (var ready in known)
        {
            if (ready != known[0]) json.Write(","u8);
            json.Advance(ready.Write(json.GetSpan(ready.MostBytes), look));
        }
        json.Write("],\"unknown\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(unknown));
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }
}
