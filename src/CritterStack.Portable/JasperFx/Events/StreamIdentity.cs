namespace JasperFx.Events;

/// <summary>What identifies a stream.</summary>
public enum StreamIdentity
{
    /// <summary>A <see cref="Guid"/>; not supported by the portable store.</summary>
    AsGuid,

    /// <summary>A string chosen by the application.</summary>
    AsString,
}
