using System.Globalization;

namespace PlayPrices;

/// <summary>What the caller asked for; every limit has a default that the help states.</summary>
public sealed record Options
{
    public Uri Url { get; init; } = new("http://127.0.0.1:5000");
    public string File { get; init; } = "";
    public int Connections { get; init; } = 64;
    public int? Limit { get; init; }
    public bool VerifyOnly { get; init; }
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(30);
    public string? KeyFile { get; init; }
    public string? Acknowledged { get; init; }
    public string? VerifyAcknowledged { get; init; }

    public const string Help = """
        Plays a file of price changes through the marketplace's HTTP API, then checks the lowest prices.

          dotnet run --project ops/PlayPrices -c Release -- --file uk-fuel-prices.csv [options]

          --url URL                   where the marketplace listens         (http://127.0.0.1:5000)
          --file FILE                 CSV with the columns effective_at, product_id, seller_id, brand, price_pence
          --connections N             connections, 1 to 1024                (64)
          --limit N                   play only the first N changes         (all)
          --retry-seconds N           how long one request is tried again   (30; 0 = never)
          --key-file FILE             the marketplace's development key     (in MARKETPLACE_DATA or the user's data folder)
          --verify-only               play nothing, only check the lowest prices
          --acknowledged FILE         append every acknowledged write to FILE, one line each, at once
          --verify-acknowledged FILE  play nothing; check that every write in FILE is in its offer's price
                                      history exactly once (needs no --file)

        What is played. Each product is put first. A seller's first price of a product is PUT as an offer whose
        sku is the product id (listing type zShops, condition new, quantity 1000), every later one is a PATCH of
        its price. One seller's changes stay in the file's order; sellers are independent of each other, so the
        marketplace sees them interleaved, and its clock, not effective_at, says when a price took effect.

        Tokens. Every caller has a token of its own, signed with the key that the marketplace keeps beside its
        development data: the sellers theirs, the catalog and the auditor one each.

        Prices. The file has pence per litre with a decimal (135.9), and GBP has only two decimals: £1.359 a
        litre cannot be said exactly. So an offer is for 100 litres: 135.9 p a litre = 135.90 GBP for 100 litres.
        A price with more than two decimals of a penny is refused before anything is played.

        Retries. A request that found no connection, lost it, got no answer within 30 s, or got 503 is sent again
        after the answer's Retry-After, otherwise after 50 ms doubling to 2 s, until --retry-seconds have passed;
        then the run stops. That is safe: the same terms twice record nothing the second time.
        Any other error answer is counted, reported and not repeated.

        The check of the lowest prices expects that the file's sellers are the only ones with zShops offers in
        GBP on these products, as after a run on an empty marketplace or on one where the same file was played.

        Exit code: 0 all well; 1 errors or a mismatch; 2 wrong usage.
        """;

    /// <summary>Reads the arguments; throws <see cref="UsageException"/> with a sentence for the caller.</summary>
    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options();
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            options = name switch
            {
                "--verify-only" => options with { VerifyOnly = true },
                "--url" => options with { Url = Address(Value()) },
                "--file" => options with { File = Value() },
                "--connections" => options with { Connections = Number(1, 1024) },
                "--limit" => options with { Limit = Number(1, int.MaxValue) },
                "--retry-seconds" => options with { RetryFor = TimeSpan.FromSeconds(Number(0, 3600)) },
                "--key-file" => options with { KeyFile = Value() },
                "--acknowledged" => options with { Acknowledged = Value() },
                "--verify-acknowledged" => options with { VerifyAcknowledged = Value() },
                _ => throw new UsageException($"Unknown argument '{name}'."),
            };

            string Value() => ++i < args.Count ? args[i] : throw new UsageException($"{name} needs a value.");

            int Number(int least, int most) =>
                int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most
                    ? n
                    : throw new UsageException($"{name} needs a whole number from {least} to {most}.");
        }

        return options.File.Length > 0 || options.VerifyAcknowledged is not null
            ? options
            : throw new UsageException("--file is missing.");
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"'{text}' is no http address.");
}

/// <summary>The caller's mistake, in a sentence for the caller.</summary>
public sealed class UsageException(string message) : Exception(message);
