using DevelopmentIssuer;
using LocalPostgres;
using PlayPrices;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(Options.Help);
    return 0;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

try
{
    return await Run(Options.Parse(args), interrupted.Token) ? 0 : 1;
}
catch (UsageException e)
{
    Console.Error.WriteLine($"{e.Message} See --help.");
    return 2;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or UnreachableException or DevelopmentKeyException or LocalPostgresException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Interrupted.");
    return 1;
}

static async Task<bool> Run(Options options, CancellationToken ct)
{
    using var handler = new SocketsHttpHandler
    {
        MaxConnectionsPerServer = options.Connections,
        UseProxy = false,
        AllowAutoRedirect = false,
    };
    using var http = new HttpMessageInvoker(handler);
    using var tokens = Tokens.With(options.KeyFile ?? Tokens.DefaultKeyFile());
    var api = new MarketplaceApi(http, options.Url, options.RetryFor, tokens);

    if (options.VerifyAcknowledged is { } acknowledged)
    {
        var writes = AcknowledgedJournal.Read(acknowledged);
        return writes.Count > 0
            ? await new AcknowledgedCheck(api, options.Connections, Console.Out).Run(writes, ct)
            : throw new UsageException($"'{acknowledged}' holds no acknowledged write.");
    }

    using var file = File.OpenText(options.File);
    var changes = PriceFile.Read(file, options.Limit);
    var (clean, position) = (true, (long?)null);
    if (!options.VerifyOnly)
    {
        using var journal = options.Acknowledged is { } path ? new AcknowledgedJournal(path) : null;
        (clean, position) = await new Player(api, options.Connections, journal, Console.Out).Play(changes, ct);
    }

    return await new LowestPriceCheck(api, Console.Out).Run(changes, position, ct) && clean;
}
