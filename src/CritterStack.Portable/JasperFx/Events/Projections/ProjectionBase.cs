namespace JasperFx.Events.Projections;

/// <summary>What every projection class has.</summary>
public abstract class ProjectionBase
{
    /// <summary>A projection named after its class.</summary>
    protected ProjectionBase() => Name = GetType().Name;

    /// <summary>Name of the projection and of its progress.</summary>
    public string Name { get; set; }

    /// <summary>How it is run when it is asynchronous.</summary>
    public AsyncOptions Options { get; } = new();

    /// <summary>When it is applied.</summary>
    public ProjectionLifecycle Lifecycle { get; set; } = ProjectionLifecycle.Async;
}
