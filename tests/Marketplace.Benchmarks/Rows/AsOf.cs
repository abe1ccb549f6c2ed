using System.Globalization;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Scenes;
using Marketplace.Benchmarks.Yardsticks;

namespace Marketplace.Benchmarks.Rows;

/// <summary>Readings of the hot product's lowest prices at random instants of a scene's whole history.</summary>
internal static class AsOf
{
    /// <summary>How many at a time.</summary>
    public const int Connections = 16;

    private const int DifferentInstants = 5_000;

    /// <summary>Against the application.</summary>
    public static LoadPlan ToApplication(Scene scene) => scene.ToApplication(Requests(scene, ""), Connections);

    /// <summary>Against the endpoint that runs the application's statement and does nothing else.</summary>
    public static Task<LoadPlan> ToYardstickAsync(Scene scene) => scene.ToYardstickAsync(Requests(scene, YardstickProgram.SqlAsOf), Connections);

    private static string[] Requests(Scene scene, string prefix) =>
    [
        .. from instant in scene.Instants(DifferentInstants)
           let text = instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
           select Shop.Get($"{prefix}/v1/products/{LogShape.HotProduct}/lowest-prices?asOf={text}"),
    ];
}
