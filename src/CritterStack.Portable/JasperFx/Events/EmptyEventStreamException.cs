namespace JasperFx.Events;

/// <summary>A stream cannot be started without any event.</summary>
public class EmptyEventStreamException : Exception
{
    /// <summary>The words of the message; {0} is the stream's key.</summary>
    public static readonly string MessageTemplate = "A new event stream ('{0}') cannot be started without any events";

    /// <summary>Stream <paramref name="key"/> was to be started empty.</summary>
    public EmptyEventStreamException(string key)
        : base(string.Format(null, MessageTemplate, key))
    {
    }
}
