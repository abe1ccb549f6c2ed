using Npgsql;

namespace Marten.Exceptions;

/// <summary>A statement failed; <see cref="Exception.InnerException"/> is what the database or the connection said.</summary>
public class MartenCommandException : MartenException
{
    /// <summary>A statement failed for the reason <paramref name="innerException"/>.</summary>
    public MartenCommandException(NpgsqlCommand? command, Exception innerException)
        : base("Marten Command Failure: " + innerException.Message, innerException) => Command = command;

    /// <summary>The statement, where it is known.</summary>
    public NpgsqlCommand? Command { get; }
}
