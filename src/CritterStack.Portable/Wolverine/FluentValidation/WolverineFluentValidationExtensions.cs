namespace Wolverine.FluentValidation;

/// <summary>Adds FluentValidation to Wolverine.</summary>
public static class WolverineFluentValidationExtensions
{
    /// <summary>
    /// Registers every public validator of the application's assembly, nested ones too, as its <c>IValidator&lt;T&gt;</c>.
    /// </summary>
    public static WolverineOptions UseFluentValidation(this WolverineOptions options)
    {
        options.FindsValidators = true;
        return options;
    }
}
