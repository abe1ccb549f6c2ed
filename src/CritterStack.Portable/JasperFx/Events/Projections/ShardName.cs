namespace JasperFx.Events.Projections;

/// <summary>Name of a projection's progress.</summary>
public class ShardName
{
    /// <summary>The part of a name that means the whole log.</summary>
    public const string All = "All";

    /// <summary>The progress of projection <paramref name="name"/> over the whole log.</summary>
    public ShardName(string name)
    {
        Name = name;
        Identity = name == ShardState.HighWaterMark ? name : $"{name}:{All}";
    }

    /// <summary>Name of the projection.</summary>
    public string Name { get; }

    /// <summary>The part of the log; always <see cref="All"/>.</summary>
    public string ShardKey => All;

    /// <summary>Name of the row in mt_event_progression, as "PricePoints:All".</summary>
    public string Identity { get; }

    /// <inheritdoc />
    public override string ToString() => Identity;
}
