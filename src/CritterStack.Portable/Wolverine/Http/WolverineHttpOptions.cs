namespace Wolverine.Http;

/// <summary>How the endpoints of one call of <c>MapWolverineEndpoints</c> are built.</summary>
public sealed class WolverineHttpOptions
{
    internal WolverineHttpOptions()
    {
    }

    internal bool ValidatesBodies { get; set; }
}
