namespace JasperFx.Events.Daemon;

/// <summary>What a projection does with an event it fails on.</summary>
public class ErrorHandlingOptions
{
    /// <summary>Whether events that a projection throws on are left out instead of stopping it. The portable daemon never skips.</summary>
    public bool SkipApplyErrors { get; set; }
}
