namespace JasperFx.Events.Daemon;

/// <summary>Who runs the asynchronous projections.</summary>
public enum DaemonMode
{
    /// <summary>Nobody.</summary>
    Disabled,

    /// <summary>This process, believing itself alone.</summary>
    Solo,

    /// <summary>One of several processes at a time, elected through the database.</summary>
    HotCold,

    /// <summary>Something outside; the same as <see cref="Disabled"/> here.</summary>
    ExternallyManaged,
}
