using FluentValidation.Results;
using Microsoft.AspNetCore.Mvc;

namespace Wolverine.Http.FluentValidation;

/// <summary>Turns the failures of a body of type <typeparamref name="T"/> into the answer.</summary>
public interface IProblemDetailSource<T>
{
    /// <summary>The problem details that are written; their status is the answer's.</summary>
    ProblemDetails Create(T message, IReadOnlyList<ValidationFailure> failures);
}

internal sealed class ProblemDetailSource<T> : IProblemDetailSource<T>
{
    public ProblemDetails Create(T message, IReadOnlyList<ValidationFailure> failures) =>
        new ValidationProblemDetails(failures
            .GroupBy(x => x.PropertyName)
            .ToDictionary(x => x.Key, x => x.Select(failure => failure.ErrorMessage).ToArray()))
        { Status = 400 };
}
