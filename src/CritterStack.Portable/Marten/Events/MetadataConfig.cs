namespace Marten.Events;

/// <summary>Which optional metadata is stored with each event. The portable store always has the columns.</summary>
public class MetadataConfig
{
    internal MetadataConfig()
    {
    }

    /// <summary>Whether correlation ids are stored.</summary>
    public bool CorrelationIdEnabled { get; set; }

    /// <summary>Whether causation ids are stored.</summary>
    public bool CausationIdEnabled { get; set; }

    /// <summary>Whether headers are stored.</summary>
    public bool HeadersEnabled { get; set; }

    /// <summary>Whether user names are stored.</summary>
    public bool UserNameEnabled { get; set; }

    /// <summary>Stores correlation and causation ids and headers; as in Marten, not the user names.</summary>
    public void EnableAll()
    {
        CorrelationIdEnabled = true;
        CausationIdEnabled = true;
        HeadersEnabled = true;
    }
}
