using Marten.Services;

namespace Marten;

/// <summary>Told around the commit of a subscription's page.</summary>
public interface IChangeListener
{
    /// <summary>The page was committed.</summary>
    Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token);

    /// <summary>The page is about to be committed.</summary>
    Task BeforeCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token);
}

/// <summary>A listener that does nothing.</summary>
public class NullChangeListener : IChangeListener
{
    private NullChangeListener()
    {
    }

    /// <summary>The only one.</summary>
    public static IChangeListener Instance { get; } = new NullChangeListener();

    /// <inheritdoc />
    public Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token) => Task.CompletedTask;

    /// <inheritdoc />
    public Task BeforeCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token) => Task.CompletedTask;
}
