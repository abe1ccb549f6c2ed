namespace JasperFx.Events.Daemon;

/// <summary>Why a projection is running.</summary>
public enum ShardExecutionMode
{
    /// <summary>It follows the log.</summary>
    Continuous,

    /// <summary>It is being rebuilt.</summary>
    Rebuild,

    /// <summary>It is brought up to the present once.</summary>
    CatchUp,
}
