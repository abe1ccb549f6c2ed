namespace JasperFx.Events.Projections;

/// <summary>When a projection is applied.</summary>
public enum ProjectionLifecycle
{
    /// <summary>In the transaction of the events.</summary>
    Inline,

    /// <summary>Behind the events, by the daemon.</summary>
    Async,

    /// <summary>On reading a stream; nothing is stored.</summary>
    Live,
}
