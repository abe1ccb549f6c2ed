namespace Wolverine.Http.FluentValidation;

/// <summary>Adds validation to the endpoints.</summary>
public static class WolverineHttpOptionsExtensions
{
    /// <summary>
    /// Validates the body of every endpoint whose body type has a validator before the endpoint's method runs; what
    /// <see cref="IProblemDetailSource{T}"/> makes of the failures is the answer.
    /// </summary>
    public static void UseFluentValidationProblemDetailMiddleware(this WolverineHttpOptions httpOptions) =>
        httpOptions.ValidatesBodies = true;
}
