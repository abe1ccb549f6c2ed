namespace Marketplace.Domain;

/// <summary>
/// What a decider answers to a command and a state: events to record, nothing, or a refusal. Deciders are pure.
/// </summary>
public readonly struct Decision
{
    private static readonly object[] None = [];
    private readonly object[]? _events;

    private Decision(object[]? events, Refusal? refusal) => (_events, Refusal) = (events, refusal);

    /// <summary>The events to record in one commit, in order; none when the command changes nothing.</summary>
    public IReadOnlyList<object> Events => _events ?? None;

    /// <summary>Why the command is refused, or null.</summary>
    public Refusal? Refusal { get; }

    /// <summary>The command changes nothing: it succeeds and records nothing.</summary>
    public static Decision Nothing => default;

    /// <summary>Records these events in one commit.</summary>
    public static Decision Record(params object[] events) => new(events, null);

    /// <summary>Refuses.</summary>
    public static Decision Refuse(Refusal refusal) => new(null, refusal);

    /// <summary>A refusal is a decision.</summary>
    public static implicit operator Decision(Refusal refusal) => Refuse(refusal);
}
