namespace Marketplace.Feeds;

/// <summary>Outcomes of lines as <c>feed_result.outcomes</c> stores them, a letter each. They are part of the storage format.</summary>
public static class OutcomeLetters
{
    /// <summary>The letter that an outcome is stored as.</summary>
    public static char Of(LineOutcome outcome) => outcome switch
    {
        LineOutcome.Accepted => 'a',
        LineOutcome.Unchanged => 'u',
        _ => 'r',
    };

    /// <summary>The outcome that was stored as a letter.</summary>
    public static LineOutcome Read(char letter) => letter switch
    {
        'a' => LineOutcome.Accepted,
        'u' => LineOutcome.Unchanged,
        _ => LineOutcome.Rejected,
    };
}
