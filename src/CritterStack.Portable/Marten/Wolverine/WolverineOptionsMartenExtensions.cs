using Marten;

namespace Wolverine.Marten;

/// <summary>Joins the store to Wolverine.</summary>
public static class WolverineOptionsMartenExtensions
{
    /// <summary>A mark that Wolverine and the store share their database. The portable endpoints need nothing of it.</summary>
    public static MartenServiceCollectionExtensions.MartenConfigurationExpression IntegrateWithWolverine(
        this MartenServiceCollectionExtensions.MartenConfigurationExpression expression) => expression;
}
