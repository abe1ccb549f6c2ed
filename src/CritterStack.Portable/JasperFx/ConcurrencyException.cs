namespace JasperFx;

/// <summary>Somebody else changed what was being written: decide again on the fresh state.</summary>
public class ConcurrencyException : Exception
{
    /// <summary>A conflict on the document or stream <paramref name="id"/>.</summary>
    public ConcurrencyException(Type docType, object id)
        : this($"Optimistic concurrency check failed for {docType.FullName} #{id}", docType, id)
    {
    }

    /// <summary>A conflict on <paramref name="id"/> told in the caller's own words.</summary>
    public ConcurrencyException(string message, Type? docType, object id)
        : base(message)
    {
        DocType = docType?.FullName!;
        Id = id;
    }

    /// <summary>A conflict of which no more than <paramref name="message"/> is known.</summary>
    public ConcurrencyException(string message)
        : base(message)
    {
    }

    /// <summary>A conflict that the database reported.</summary>
    public ConcurrencyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Full name of the aggregate's type, where it is known.</summary>
    public string DocType { get; set; } = null!;

    /// <summary>Key of the stream or document, where it is known.</summary>
    public object Id { get; set; } = null!;
}
