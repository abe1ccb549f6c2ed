using Marketplace.Http;
using Microsoft.AspNetCore.Mvc;
using Wolverine.Http;

namespace Marketplace.Operations;

/// <summary>GET of how far the read models are.</summary>
[Tags("Operations")]
public static class GetProjectionsEndpoint
{
    /// <summary>Every read model with its position and how far it is behind the log.</summary>
    [ProducesResponseType<ProgressView>(200)]
    [WolverineGet("/v1/operations/projections")]
    public static async Task<IResult> Get(ProjectionProgress progress, CancellationToken ct)
    {
        var view = await progress.ReadAsync(ct);
        return Answer.Ok(view, view.Position);
    }
}
