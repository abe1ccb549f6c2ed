namespace Marten.Exceptions;

/// <summary>
/// A stream to be started exists already; also when it was fetched for writing while it was absent, and somebody else started it.
/// </summary>
public class ExistingStreamIdCollisionException : MartenException
{
    /// <summary>Stream <paramref name="id"/> exists.</summary>
    public ExistingStreamIdCollisionException(object id, Type aggregateType)
        : base($"Stream #{id} already exists in the database")
    {
        Id = id;
        AggregateType = aggregateType;
    }

    /// <summary>Key of the stream.</summary>
    public object Id { get; }

    /// <summary>Type that the stream was to be folded into.</summary>
    public Type AggregateType { get; }
}
