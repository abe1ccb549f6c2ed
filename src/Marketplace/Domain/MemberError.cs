namespace Marketplace.Domain;

/// <summary>One thing that is wrong with a JSON text that was sent.</summary>
/// <param name="Code">What programs tell it by: one of <see cref="ErrorCodes"/>.</param>
/// <param name="Path">The JSON path as the caller wrote it: <c>price.amount</c>, <c>productIds[3]</c>; <c>$</c> is the whole text.</param>
/// <param name="Message">What is wrong with what stands there, as a sentence whose subject is the path.</param>
public sealed record MemberError(string Code, string Path, string Message);
