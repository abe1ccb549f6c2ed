using System.Globalization;
using System.Text.RegularExpressions;
using DevelopmentIssuer;
using Marketplace.Audit;
using Marketplace.Catalog;
using Marketplace.Domain;
using Marketplace.Feeds;
using Marketplace.Feeds.Lines;
using Marketplace.Hosting;
using Marketplace.Http;
using Marketplace.Idempotency;
using Marketplace.Identity;
using Marketplace.Limits;
using Marketplace.Listings;
using Marketplace.Offers;
using Marketplace.Operations;
using Marketplace.Pricing;
using Marketplace.Reviews;
using Marketplace.Storage;
using Marketplace.WritePath;
using Marketplace.Tests.Shape;
using Marketplace.Web;

namespace Marketplace.Tests.Limits;

/// <summary>The page <c>docs/limits.md</c> says what the code does.</summary>
public partial class LimitsPageTests
{
    // Each row by its name, and its value as the code has it.
    private static readonly Dictionary<string, string> Values = new()
    {
        ["requests a second that one caller keeps up"] = $"{Of(LimitSettings.RequestsPerSecond)}; 0 switches it off",
        ["requests of one caller at once after a pause"] = Of(LimitSettings.RequestBurst),
        ["buckets for callers with a token, and as many for those without"] = Of(LimitSettings.CallerBuckets),
        ["requests worked on at once"] = $"{Of(LimitSettings.ConcurrentRequests)}; 0 switches it off",
        ["requests waiting for their turn"] = Of(LimitSettings.QueuedRequests),
        ["wait for one's turn"] = Seconds(Admission.LongestWait),
        ["connections"] = Of(LimitSettings.Connections),
        ["first line of a request"] = $"{Limiting.RequestLineBytes} bytes",
        ["headers together"] = $"{Limiting.HeaderBytes} bytes",
        ["header lines"] = $"{Limiting.HeaderLines}",
        ["arrival of the headers"] = $"{Of(LimitSettings.HeaderSeconds)} s",
        ["arrival of a JSON body"] = $"{Of(LimitSettings.BodySeconds)} s",
        [$"slowest body, after {Seconds(Limiting.RateGrace)}"] = $"{Limiting.LeastBytesPerSecond} bytes a second",
        [$"slowest reader of an answer, after {Seconds(Limiting.RateGrace)}"] = $"{Limiting.LeastBytesPerSecond} bytes a second",
        ["connection without a request"] = $"{Of(LimitSettings.IdleSeconds)} s",
        ["end of the program, with requests in flight"] = Seconds(HttpContract.ShutdownLimit),
        ["JSON body"] = $"{RequestShape.MaxBody} bytes",
        ["any other body"] = $"{Limiting.ServerBodyBytes} bytes",
        ["depth of JSON"] = $"{RequestShape.MaxDepth} levels",
        ["mistakes in a body that are told"] = $"{ObjectReading.MostErrors}",
        ["id of a product, seller, offer, reviewer, voter"] = $"{Id.MaxLength} characters",
        ["title of a product"] = $"{PutProduct.MaxTitle} characters",
        ["author of a product"] = $"{PutProduct.MaxAuthor} characters",
        ["description of a product"] = $"{PutProduct.MaxDescription} characters",
        ["note on an offer's condition"] = $"{OfferAnswers.MaxConditionNote} characters",
        ["title of a review"] = $"{ReviewAnswers.MaxTitle} characters",
        ["body of a review"] = $"{ReviewAnswers.MaxBody} characters",
        ["reason, in a body or a header"] = $"{Intents.MaxReason} characters",
        ["reference, in a header"] = $"{Intents.MaxReference} characters",
        ["amount of money"] = Money.Largest.ToString("0", CultureInfo.InvariantCulture),
        ["quantity of an offer"] = $"{OfferAnswers.MaxQuantity}",
        ["products in one query"] = $"{LowestPriceQueries.MostProducts}",
        ["items on a page"] = $"{Query.MaxLimit}, without `limit` {Query.DefaultLimit}",
        ["cursor"] = $"{Cursor.MaxLength} characters",
        ["file of `import-listing`"] = $"{ImportListing.MaxBytes} bytes",
        ["token"] = $"{BearerTokens.LongestToken} characters",
        ["subject of a token"] = $"{Bearer.MaxSubject} characters",
        ["clocks of issuer and program apart"] = Seconds(BearerAuthentication.ClockSkew),
        ["life of a token of the program's own"] =
            $"{DevelopmentTokens.LongestLifetime.TotalDays} d, without `--expires` {DevelopmentTokens.DefaultLifetime.TotalHours} h",
        ["file of the program's own key"] = $"{DevelopmentKey.LargestFile} bytes",
        ["tokens known to be valid"] = $"{KnownTokens.Most}",
        ["time for one document of the issuer"] = Seconds(AuthorityKeys.Timeout),
        ["one document of the issuer"] = $"{AuthorityKeys.LargestDocument} bytes",
        ["age of the issuer's keys"] = Seconds(AuthorityKeys.RefreshAfter),
        ["two readings of the issuer's keys apart, at least"] = Seconds(AuthorityKeys.LeastPause),
        ["next reading of old keys after one that failed"] = Seconds(AuthorityKeys.RetryAfter),
        ["lines of a feed"] = $"{FeedLimits.MostLines}",
        ["bytes of a feed"] = $"{FeedLimits.MostBytes} bytes",
        ["line of a feed"] = $"{FeedLineReader.MaxBytes} bytes",
        ["arrival of a feed"] = $"{Of(FeedLimits.FeedUploadSeconds)} s",
        ["feeds of one seller that are not finished"] = Of(FeedLimits.FeedsPerSeller),
        ["uploads that an instance takes at once"] = Of(FeedLimits.FeedUploads),
        ["uploads of one seller at once"] = Of(FeedLimits.FeedUploadsPerSeller),
        ["sellers whose feeds an instance applies at once"] = Of(FeedLimits.FeedWorkers),
        ["lines of a feed that commit together"] = Of(FeedLimits.FeedSliceLines),
        ["pause of the workers after the database was lost"] = Seconds(FeedWorker.LongestPause),
        ["until an instance sees a feed that another took in"] = $"{FeedWorkers.BetweenLooks.TotalMilliseconds:0} ms",
        ["keeping of what an upload cut off has left, past its time to arrive"] = Seconds(FeedSweeper.Margin),
        ["keeping of feeds and their results"] = $"{Of(FeedLimits.FeedResultDays)} days",
        ["lines whose results are read at once"] = $"{FeedResults.PageSize}",
        ["wait of a read for `Marketplace-Min-Position`"] = Seconds(Positions.LongestWait),
        ["statement"] = $"{Database.CommandTimeoutSeconds} s",
        ["offers remembered by the price history between its batches"] = $"{HistoryMemory.MostOffers}",
        ["connections to the database"] = $"{Database.MaxPoolSize}",
        ["session at the database of a host that is gone"] = $"{Database.LostHostSeconds} s",
        ["wait for a connection to the database"] = $"{Database.ConnectTimeoutSeconds} s",
        ["decisions of one command lost to other instances"] = $"{CommandHandler.MostAttempts}",
        ["commands and slices of feeds that wait to be committed"] = Of(LimitSettings.QueuedCommits),
        ["events after which no further command joins a transaction"] = $"{CommitLanes.MostEvents}",
        ["wait of a command for the transaction before it, until a second lane takes it"] = $"{CommitLanes.OvertakeAfter.TotalMilliseconds} ms",
        ["wait of a shared transaction for a lock that another program holds"] = $"{GroupCommit.GroupLockWait.TotalMilliseconds} ms",
        ["wait of a single command for a lock that another program holds"] = Seconds(GroupCommit.LockWait),
        ["states of streams kept in memory, for each kind of stream"] = $"{StreamStates<object>.Capacity}",
        ["lag of a read model behind the log"] = $"{Readiness.DefaultMaxLagSeconds:0} s",
        ["checks of `/health/ready` together"] = Seconds(Readiness.Limit),
        ["idempotency key"] = $"{KeyHeader.MaxLength} characters",
        ["answer to an idempotency key is kept"] = $"{Of(LimitSettings.IdempotencyKeyHours)} hours",
        ["body of an answer kept for an idempotency key"] = $"{KeptAnswer.MaxBody} bytes",
        ["expired idempotency keys removed by one statement"] = $"{KeyStore.SweptAtOnce}",
        ["rebuilds at once, over all instances"] = "1",
        ["events of the log read at once for `/v1/audit/events`"] = $"{AuditStreaming.PageSize}",
        ["products whose lowest prices are kept in memory"] = $"{CurrentPrices.MostProducts}",
        ["bytes of lowest prices kept in memory"] = $"{CurrentPrices.MostBytes} bytes",
        ["keeping of lowest prices that no event touches"] = Seconds(CurrentPrices.LongestKept),
        ["statements that read lowest prices at once"] = $"{PriceLoads.MostAtOnce}",
        ["products that one such statement reads"] = $"{PriceLoads.MostTogether}",
        ["gaps in the log that are told apart"] = $"{Positions.MostGaps}",
        ["offers of a listing type on a product's page"] = $"{ProductSource.MostOffers}",
    };

    // The framework's own, whose effect takes longer to come about than a test may last.
    private const string Unshown = "—";

    private static readonly string[][] Rows =
        [.. Repository.Read("docs/limits.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| limit |"))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())];

    [Fact]
    public void Every_value_is_the_codes_own()
    {
        Assert.All(Rows, row => Assert.Equal(5, row.Length));
        Assert.Equal(Values.Select(value => $"{value.Key}: {value.Value}").Order(), Rows.Select(row => $"{row[0]}: {row[1]}").Order());
    }

    [Fact]
    public void Every_setting_is_on_the_page_once() =>
        Assert.Equal(
            LimitSettings.All.Select(setting => $"`{setting.Key}`").Append($"`{Readiness.MaxLagSetting}`").Order(),
            Rows.Select(row => row[2]).Where(setting => setting.Contains(':')).Order());

    [Fact]
    public void Every_limit_is_shown_by_a_test_that_exists()
    {
        var tests = Repository.Files(["tests"], ".cs").SelectMany(file => Test().Matches(file.Text).Select(match => match.Groups[1].Value)).ToHashSet();

        Assert.All(Rows.Where(row => row[4] != Unshown), row => Assert.Contains(row[4].Trim('`'), tests));
        Assert.Single(Rows, row => row[4] == Unshown);
    }

    [Fact]
    public void Every_refusal_is_a_status_or_says_what_happens() => Assert.All(Rows, row => Assert.NotEmpty(row[3]));

    private static string Of(LimitSetting setting) => $"{setting.Default}";

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0} s";

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\](?:\s*\[[^\n]*\])*\s*public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Test();
}
