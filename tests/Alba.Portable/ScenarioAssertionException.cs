namespace Alba;

/// <summary>The expectations of a scenario that its answer did not meet.</summary>
public sealed class ScenarioAssertionException : Exception
{
    private readonly List<string> messages = [];
    private string? body;

    /// <summary>One message for each expectation that failed.</summary>
    public IEnumerable<string> Messages => messages;

    /// <summary>The messages, a line each, and the body's text where an expectation looked at it.</summary>
    public override string Message
    {
        get
        {
            var text = string.Concat(messages.Select(x => x + Environment.NewLine));
            return string.IsNullOrEmpty(body)
                ? text
                : string.Join(Environment.NewLine, text, "", "Actual body text was:", "", body, "");
        }
    }

    /// <summary>Adds the message of an expectation that failed.</summary>
    public void Add(string message) => messages.Add(message);

    /// <summary>Keeps the body's text for the message.</summary>
    public void AddBody(string body) => this.body = body;

    internal void AssertAll()
    {
        if (messages.Count > 0)
            throw this;
    }
}
