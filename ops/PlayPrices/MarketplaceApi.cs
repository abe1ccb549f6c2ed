using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace PlayPrices;

/// <summary>An answer of the marketplace: its status, where the log stood, and the body of a read.</summary>
public sealed record Answer(
    HttpStatusCode Status, long? Position, long? Version, int Attempts, TimeSpan Took, string? Problem, JsonElement Body)
{
    public bool Succeeded => (int)Status is >= 200 and < 300;
}

/// <summary>The server could not be reached, or was not ready, for as long as the caller was willing to try.</summary>
public sealed class UnreachableException(string message) : Exception(message);

/// <summary>The few calls the player makes, with retries of what is safe and useful to repeat.</summary>
public sealed class MarketplaceApi(HttpMessageInvoker http, Uri url, TimeSpan retryFor, Tokens tokens)
{
    private const string Player = "play-prices";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NoAnswerAfter = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public Task<Answer> PutProduct(string productId, CancellationToken ct) =>
        Send(HttpMethod.Put, ProductPath(productId), tokens.Of("catalog", Player), new { title = $"{productId} fuel, {PriceChange.Litres} litres" }, null, ct);

    public Task<Answer> PostOffer(PriceChange change, CancellationToken ct) =>
        Send(HttpMethod.Put, OfferPath(change.SellerId, change.ProductId), tokens.Of("seller", change.SellerId), new
        {
            productId = change.ProductId,
            listingType = "zShops",
            condition = "new",
            price = Price(change),
            quantity = 1000,
        }, null, ct);

    public Task<Answer> Reprice(PriceChange change, CancellationToken ct) =>
        Send(HttpMethod.Patch, OfferPath(change.SellerId, change.ProductId), tokens.Of("seller", change.SellerId), new { price = Price(change) }, null, ct);

    public Task<Answer> LowestPrices(string productId, long? minPosition, CancellationToken ct) =>
        Send(HttpMethod.Get, $"{ProductPath(productId)}/lowest-prices", null, null, minPosition, ct);

    public Task<Answer> PriceHistory(string sellerId, string sku, long minPosition, string? after, CancellationToken ct) =>
        Send(HttpMethod.Get, $"{OfferPath(sellerId, sku)}/price-history?limit=500{After(after)}", tokens.Of("auditor", Player), null, minPosition, ct);

    private static string After(string? cursor) => cursor is null ? "" : "&after=" + Segment(cursor);

    private static string ProductPath(string productId) => $"v1/products/{Segment(productId)}";

    private static object Price(PriceChange change) => new { amount = change.Pounds, currency = "GBP" };

    private static string OfferPath(string sellerId, string sku) => $"v1/sellers/{Segment(sellerId)}/offers/{Segment(sku)}";

    private static string Segment(string text) => Uri.EscapeDataString(text);

    /// <summary>
    /// Sends until there is an answer other than 503 and 429, or the patience is used up: then <see cref="UnreachableException"/>.
    /// The time reported is that of the last attempt.
    /// </summary>
    private async Task<Answer> Send(HttpMethod method, string path, string? token, object? body, long? minPosition, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var wait = TimeSpan.FromMilliseconds(50);
        for (var attempt = 1; ; attempt++)
        {
            var (answer, retryAfter, failure) = await TryOnce(method, path, token, body, minPosition, attempt, ct);
            if (answer is not null)
                return answer;

            var pause = retryAfter ?? wait;
            if (Stopwatch.GetElapsedTime(started) + pause > retryFor)
                throw new UnreachableException(
                    $"{method} {path}: {failure}, tried {attempt} times in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            await Task.Delay(pause, ct);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task<(Answer? Answer, TimeSpan? RetryAfter, string? Failure)> TryOnce(
        HttpMethod method, string path, string? token, object? body, long? minPosition, int attempt, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(url, path));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body, options: Web);
        if (minPosition is { } position)
            request.Headers.Add("Marketplace-Min-Position", position.ToString(CultureInfo.InvariantCulture));

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(NoAnswerAfter);
        var sent = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request, patience.Token);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
                return (null, RetryAfter(response.Headers.RetryAfter), $"{(int)response.StatusCode} {Problem(text)}");

            return (new Answer(
                response.StatusCode,
                Header(response, "Marketplace-Position"),
                Header(response, "ETag"),
                attempt,
                Stopwatch.GetElapsedTime(sent),
                response.IsSuccessStatusCode ? null : Problem(text),
                method == HttpMethod.Get && response.IsSuccessStatusCode ? JsonElement.Parse(text) : default), null, null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, null, $"no answer within {NoAnswerAfter.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, null, e.InnerException?.Message ?? e.Message);
        }
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta is { } delta && delta >= TimeSpan.Zero && delta <= TimeSpan.FromMinutes(1) ? delta : null;

    private static long? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
        && long.TryParse(values.First().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string Problem(string text)
    {
        try
        {
            var problem = JsonElement.Parse(text);
            var detail = problem.TryGetProperty("detail", out var d) ? d.GetString() : problem.GetProperty("title").GetString();
            return problem.TryGetProperty("errors", out var errors) ? $"{detail} {errors.GetRawText()}" : detail ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return text.Length <= 200 ? text : text[..200];
        }
    }
}
