namespace Marketplace.Http;

/// <summary>The headers of the contract that HTTP itself does not define.</summary>
public static class ContractHeaders
{
    /// <summary>Answers: the position a write reached, or through which a read is complete.</summary>
    public const string Position = "Marketplace-Position";

    /// <summary>Reads: answer only once the read model has reached this position.</summary>
    public const string MinPosition = "Marketplace-Min-Position";

    /// <summary>Writes: why: <c>manual</c> (as without it), <c>rule</c>, or <c>correction</c>, for which the role operator is needed.</summary>
    public const string Cause = "Marketplace-Cause";

    /// <summary>Writes: what the cause refers to, at most 200 characters.</summary>
    public const string Reference = "Marketplace-Reference";

    /// <summary>Writes: the reason in the caller's own words, at most 500 characters.</summary>
    public const string Reason = "Marketplace-Reason";

    /// <summary>Writes: names the request, so that a repeat of it is answered as the first was; 1 to 255 visible ASCII characters.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>Answers: <c>true</c> on the answer to a repeat.</summary>
    public const string IdempotencyReplayed = "Idempotency-Replayed";

    /// <summary>Writes with the cause <c>correction</c>: when the fact holds, ISO 8601 with an offset, not ahead of the clock.</summary>
    public const string EffectiveAt = Storage.EffectiveTime.Header;
}
