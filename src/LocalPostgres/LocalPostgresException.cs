namespace LocalPostgres;

/// <summary>PostgreSQL could not be found, made ready, started or reached on this machine. The message says what to do.</summary>
public sealed class LocalPostgresException : Exception
{
    /// <summary>Makes an error whose message is fit to be shown to the person at the keyboard as it is.</summary>
    /// <param name="message">What is wrong and what to do about it; holds no secret.</param>
    public LocalPostgresException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error that was caused by another one.</summary>
    /// <param name="message">What is wrong and what to do about it; holds no secret.</param>
    /// <param name="cause">The error beneath.</param>
    public LocalPostgresException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
