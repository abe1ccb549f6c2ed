namespace Marten.Exceptions;

/// <summary>The stream does not take events any more.</summary>
public class InvalidStreamOperationException : MartenException
{
    /// <summary>Told in words.</summary>
    public InvalidStreamOperationException(string message)
        : base(message)
    {
    }
}
