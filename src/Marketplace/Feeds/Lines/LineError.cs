using Marketplace.Domain;

namespace Marketplace.Feeds.Lines;

/// <summary>One thing wrong with a line of a feed.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>, or the code of the refusal that the HTTP call would answer with.</param>
/// <param name="Path">The JSON path in the line as the seller wrote it: <c>price.amount</c>; <c>$</c> is the whole line.</param>
/// <param name="Message">A sentence that the seller can act on; its subject is the path.</param>
public sealed record LineError(string Code, string Path, string Message)
{
    /// <summary>Why a command that reads well was refused.</summary>
    public static LineError Of(Refusal refusal) => new(refusal.Code, refusal.Path ?? "$", refusal.Detail);

    /// <summary>What kept a line from being read.</summary>
    public static LineError Of(MemberError error) => new(error.Code, error.Path, error.Message);
}
