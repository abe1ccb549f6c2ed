namespace Marketplace.Web;

/// <summary>
/// What a reader asked for in the "as of" field: nothing, an instant, or something that is wrong, with a sentence why.
/// </summary>
/// <param name="Text">The field's value as it was sent; empty for now.</param>
/// <param name="At">The instant, UTC, effective time, in whole microseconds; null for now.</param>
/// <param name="Wrong">Why the text cannot be answered; null when it can.</param>
public sealed record AsOf(string Text, DateTimeOffset? At, string? Wrong)
{
    /// <summary>Nothing asked: the state now.</summary>
    public static AsOf Present { get; } = new("", null, null);

    /// <summary>The status of a page that shows this: 400 when it cannot be answered.</summary>
    public int Status => Wrong is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;

    /// <summary>Reads the field; an instant after the present one has not been reached and is refused.</summary>
    public static AsOf Read(string? text, DateTimeOffset present)
    {
        if (text?.Trim() is not { Length: > 0 } sent)
            return Present;
        if (InstantText.Parse(sent) is not { } at)
            return new AsOf(sent, null,
                "This is no date and time. Write it like 2026-02-18T09:30 or 2026-02-18T09:30:00Z; it is taken as UTC.");
        return at > present
            ? new AsOf(sent, null, $"This instant has not been reached yet: it is {InstantText.Of(present)} now.")
            : new AsOf(sent, at, null);
    }
}
