namespace JasperFx.Events;

/// <summary>How much an event knows of itself once it is stored.</summary>
public enum EventAppendMode
{
    /// <summary>Version, sequence and timestamp are known after saving. The portable store always works so.</summary>
    Rich,

    /// <summary>The sequence stays 0 in the session that appended.</summary>
    Quick,

    /// <summary>As <see cref="Quick"/>, with timestamps of the database server.</summary>
    QuickWithServerTimestamps,
}
