using Npgsql;

namespace Marketplace.Reviews;

/// <summary>What a product's visible reviews come to.</summary>
/// <param name="Count">All of them.</param>
/// <param name="RatedCount">Those with a rating.</param>
/// <param name="Average">The mean rating, rounded half up to exactly two decimals; null without a rating.</param>
/// <param name="Histogram">How many gave each rating, <c>"1"</c> to <c>"5"</c>, zeros included.</param>
public sealed record ReviewSummary(long Count, long RatedCount, decimal? Average, IReadOnlyDictionary<string, long> Histogram)
{
    /// <summary>The summary of counts by rating.</summary>
    /// <param name="counts">How many reviews have each rating; index 0 counts those without one.</param>
    public static ReviewSummary Of(ReadOnlySpan<long> counts)
    {
        var (rated, sum) = (0L, 0L);
        var histogram = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var rating = 1; rating <= 5; rating++)
        {
            histogram[((char)('0' + rating)).ToString()] = counts[rating];
            rated += counts[rating];
            sum += rating * counts[rating];
        }
        // Adding 0.00 makes the decimals two, as rounding alone does not: 4.5 becomes 4.50.
        decimal? average = rated == 0 ? null : Math.Round((decimal)sum / rated, 2, MidpointRounding.AwayFromZero) + 0.00m;
        return new ReviewSummary(counts[0] + rated, rated, average, histogram);
    }

    /// <summary>The summary of rows (rating, count), the rating 0 where there is none.</summary>
    internal static async Task<ReviewSummary> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        var counts = new long[6];
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) counts[reader.GetInt32(0)] = reader.GetInt64(1);
        return Of(counts);
    }
}
