using System.Text;
using Marketplace.Feeds.Lines;
using Marketplace.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Tests.Feeds;

/// <summary>Lines of feeds, read as the application reads them.</summary>
internal static class Lines
{
    public const string Patch = """{"op":"patch","sku":"A-77","price":{"amount":24.95,"currency":"USD"},"quantity":6}""";

    public const string Put =
        """{"op":"put","sku":"A-77","messageId":"m1","productId":"0486821951","listingType":"zShops","condition":"new","price":{"amount":27.11,"currency":"USD"},"shipping":{"amount":3.5,"currency":"USD"},"quantity":4}""";

    public static JsonOptions Json { get; } = Options();

    public static FeedLineReader Reader { get; } = new(Microsoft.Extensions.Options.Options.Create(Json));

    public static FeedLine Read(string line) => Reader.Read(Encoding.UTF8.GetBytes(line));

    /// <summary>Each error as <c>code path message</c>.</summary>
    public static string[] Errors(string line) => [.. Read(line).Errors.Select(e => $"{e.Code} {e.Path} {e.Message}")];

    private static JsonOptions Options()
    {
        var json = new JsonOptions();
        HttpContract.Configure(json.SerializerOptions);
        return json;
    }
}
