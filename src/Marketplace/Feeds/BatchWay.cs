namespace Marketplace.Feeds;

/// <summary>How a batch comes to its decisions.</summary>
public enum BatchWay
{
    /// <summary>On the offers as they are known or read, whose versions are checked when it is stored.</summary>
    Checked,
    /// <summary>On offers that are locked first: for when somebody else gets in the way.</summary>
    Locked,
    /// <summary>Not at all: its one line is refused unseen, because it has failed before in a way that nobody has foreseen.</summary>
    GivenUp,
}
