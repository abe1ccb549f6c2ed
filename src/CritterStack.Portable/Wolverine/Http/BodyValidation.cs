using FluentValidation;
using FluentValidation.Results;
using Microsoft.AspNetCore.Http;
using Wolverine.Http.FluentValidation;

namespace Wolverine.Http;

// Null for a body without a validator, so that its endpoint pays nothing.
internal sealed class BodyValidation<T>(Func<HttpContext, IValidator<T>[]> validators, Func<HttpContext, IProblemDetailSource<T>> source)
{
    internal static BodyValidation<T>? For(ServiceLookup services, WolverineHttpOptions options) =>
        options.ValidatesBodies && services.IsService(typeof(IValidator<T>))
            ? new(services.AllOf<IValidator<T>>(), services.For<IProblemDetailSource<T>>())
            : null;

    // The answer to an invalid body, null for a valid one.
    internal async ValueTask<IResult?> CheckAsync(HttpContext context, T body)
    {
        List<ValidationFailure>? failures = null;
        foreach (var validator in validators(context))
        {
            var result = await validator.ValidateAsync(body, context.RequestAborted);
            if (result.Errors.Count > 0)
                (failures ??= []).AddRange(result.Errors);
        }
        return failures is null ? null : Results.Problem(source(context).Create(body, failures));
    }
}
