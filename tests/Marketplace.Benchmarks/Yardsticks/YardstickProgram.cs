using Marketplace.Pricing;
using Npgsql;

namespace Marketplace.Benchmarks.Yardsticks;

/// <summary>
/// What the application is measured against: the least that ASP.NET Core and PostgreSQL have to do for the same answer over the same
/// tables, written by hand, in a process and a database of its own. No validation, no identity, no projections, no conventions.
/// </summary>
internal static class YardstickProgram
{
    /// <summary>The environment variable with the connection string.</summary>
    public const string Database = "YARDSTICK_DATABASE";

    /// <summary>A path that answers with a constant of the size of a lowest-price answer.</summary>
    public const string Constant = "/constant";

    /// <summary>The prefix of the reading that asks the database each time.</summary>
    public const string Sql = "/sql";

    /// <summary>The prefix of the same of a past instant.</summary>
    public const string SqlAsOf = "/sql-as-of";

    /// <summary>The prefix of the repricing that takes one prepared round trip.</summary>
    public const string OneTrip = "/one";

    /// <summary>The prefix of the repricing whose concurrent commands share a statement, and so a commit.</summary>
    public const string Grouped = "/grouped";

    private const string Offer = "/v1/sellers/{sellerId}/offers/{sku}";

    private static readonly byte[] Answer = System.Text.Encoding.UTF8.GetBytes($$"""{"productId":"0486821951","items":["{{new string('x', 700)}}"]}""");

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        var address = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable(Database)!)
        {
            SearchPath = "marketplace",
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,
            MaxPoolSize = 64,
            // As the application: otherwise wiping the session would be most of what the smallest statement costs.
            NoResetOnClose = true,
        };
        await using var db = NpgsqlDataSource.Create(address);
        var reprice = new Repricing(db);
        await using var grouped = new GroupedRepricing(reprice);
        var app = builder.Build();
        app.MapGet(Constant, http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = Answer.Length;
            return http.Response.Body.WriteAsync(Answer).AsTask();
        });
        app.MapGet(Sql + "/v1/products/{productId}/lowest-prices", http => LowestPriceReading.AnswerAsync(http, db, LowestPriceQueries.Sql));
        app.MapGet(SqlAsOf + "/v1/products/{productId}/lowest-prices",
            http => LowestPriceReading.AnswerAsOfAsync(http, db, PriceHistoryQueries.LowestByInstant));
        app.MapPatch(OneTrip + Offer, http => reprice.AnswerAsync(http, reprice.AloneAsync));
        app.MapPatch(Grouped + Offer, http => reprice.AnswerAsync(http, grouped.RunAsync));
        await app.RunAsync();
    }
}
