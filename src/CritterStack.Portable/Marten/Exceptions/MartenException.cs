namespace Marten.Exceptions;

/// <summary>Something that went wrong in the store.</summary>
public class MartenException : Exception
{
    /// <summary>Without words.</summary>
    public MartenException()
    {
    }

    /// <summary>With words.</summary>
    public MartenException(string message)
        : base(message)
    {
    }

    /// <summary>With words and the cause.</summary>
    public MartenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
