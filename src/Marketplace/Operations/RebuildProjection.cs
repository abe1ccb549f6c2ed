using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Operations;

/// <summary>What a rebuild answers.</summary>
/// <param name="Name">The read model.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RebuildView(string Name, double Seconds);

/// <summary>POST of a rebuild.</summary>
[Tags("Operations")]
public static class RebuildProjectionEndpoint
{
    /// <summary>
    /// Rebuilds a read model from the events and answers when its new rows have replaced the old. It goes on when the caller leaves; the log
    /// tells how it ended.
    /// </summary>
    [ProducesResponseType<RebuildView>(200), Refuses(404, 409)]
    [WolverinePost("/v1/operations/rebuild/{name}")]
    public static async Task<IResult> Post(string name, [FromServices] Rebuilds rebuilds, IHostApplicationLifetime lifetime)
    {
        var outcome = await rebuilds.RunAsync(name, lifetime.ApplicationStopping);
        return outcome.Refusal is { } refusal ? refusal.ToResult() : Answer.Ok(new RebuildView(outcome.Name, outcome.Seconds));
    }
}
