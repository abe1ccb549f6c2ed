namespace JasperFx.Events.Projections;

/// <summary>How far a projection has come.</summary>
public class ShardState
{
    /// <summary>Name under which the end of the gapless part of the log is kept.</summary>
    public const string HighWaterMark = "HighWaterMark";

    /// <summary>The progress <paramref name="sequence"/> of <paramref name="shardName"/>.</summary>
    public ShardState(string shardName, long sequence)
    {
        ShardName = shardName;
        Sequence = sequence;
    }

    /// <summary>Name of the progress, as "PricePoints:All".</summary>
    public string ShardName { get; }

    /// <summary>Sequence of the last event dealt with.</summary>
    public long Sequence { get; }

    /// <inheritdoc />
    public override string ToString() => $"{nameof(ShardName)}: {ShardName}, {nameof(Sequence)}: {Sequence}";
}
