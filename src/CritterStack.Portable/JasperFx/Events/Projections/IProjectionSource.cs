namespace JasperFx.Events.Projections;

/// <summary>Something that can be registered as a projection.</summary>
public interface IProjectionSource<TOperations, TQuerySession>
{
    /// <summary>Name of the projection.</summary>
    string Name { get; }

    /// <summary>How it is run when it is asynchronous.</summary>
    AsyncOptions Options { get; }
}
