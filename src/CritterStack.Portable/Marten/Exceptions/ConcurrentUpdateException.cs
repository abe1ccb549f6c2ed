namespace Marten.Exceptions;

/// <summary>The database refused a transaction because of another one.</summary>
public class ConcurrentUpdateException : MartenException
{
    /// <summary>Refused for the reason <paramref name="innerException"/>.</summary>
    public ConcurrentUpdateException(Exception innerException)
        : base("Write collision detected while commiting the transaction.", innerException)
    {
    }
}
