using FluentValidation;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Frames;
using Marketplace.Domain;
using Wolverine.Http;
using Wolverine.Http.CodeGen;

namespace Marketplace.Http;

/// <summary>Runs a body's validator before the endpoint that takes the body. What it refuses is the contract's 400, with all errors at once.</summary>
public sealed class ValidationPolicy : IHttpPolicy
{
    /// <inheritdoc />
    public void Apply(IReadOnlyList<HttpChain> chains, GenerationRules rules, IServiceContainer container)
    {
        foreach (var chain in chains)
        {
            if (chain is not { HasRequestType: true, RequestType: { } body }) continue;
            if (!container.RegistrationsFor(typeof(IValidator<>).MakeGenericType(body)).Any()) continue;
            var validate = new MethodCall(typeof(ValidationPolicy), typeof(ValidationPolicy).GetMethod(nameof(ValidateAsync))!.MakeGenericMethod(body));
            chain.Middleware.InsertRange(0, [validate, new MaybeEndWithResultFrame(validate.ReturnVariable!)]);
            chain.Metadata.ProducesValidationProblem();
        }
    }

    /// <summary>The refusal of a body that its validator finds wrong; otherwise the endpoint goes on.</summary>
    public static async Task<IResult> ValidateAsync<T>(IValidator<T> validator, T body)
    {
        var result = await validator.ValidateAsync(body);
        if (result.IsValid) return WolverineContinue.Result();
        var errors = result.Errors.GroupBy(e => e.PropertyName).ToDictionary(g => g.Key, g => g.Select(e => e.ErrorMessage).Distinct().ToArray());
        return Refusal.Invalid(errors).ToResult();
    }
}
