namespace JasperFx.Events.Projections;

/// <summary>A page of the log.</summary>
public class EventRange
{
    /// <summary>The page of <paramref name="shardName"/> that ends with <paramref name="ceiling"/>.</summary>
    public EventRange(ShardName shardName, long ceiling)
    {
        ShardName = shardName;
        SequenceCeiling = ceiling;
    }

    internal EventRange(ShardName shardName, long floor, long ceiling, List<IEvent> events)
        : this(shardName, ceiling)
    {
        SequenceFloor = floor;
        Events = events;
    }

    /// <summary>Whose page it is.</summary>
    public ShardName ShardName { get; }

    /// <summary>Sequence that the page begins behind.</summary>
    public long SequenceFloor { get; }

    /// <summary>Last sequence that the page covers.</summary>
    public long SequenceCeiling { get; }

    /// <summary>The events in order of their sequence.</summary>
    public List<IEvent> Events { get; set; } = [];

    /// <summary>Number of events.</summary>
    public int Size => Events.Count;

    /// <inheritdoc />
    public override string ToString() => $"Event range of '{ShardName}', {SequenceFloor} to {SequenceCeiling}";
}
