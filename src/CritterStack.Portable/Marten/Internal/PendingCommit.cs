using JasperFx.Events;

namespace Marten.Internal;

/// <summary>A session that waits for its events to be committed, alone or together with others.</summary>
internal sealed class PendingCommit(DocumentSession session, IReadOnlyList<StreamAction> streams, CancellationToken token)
{
    private readonly TaskCompletionSource _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DocumentSession Session { get; } = session;

    public IReadOnlyList<StreamAction> Streams { get; } = streams;

    public CancellationToken Token { get; } = token;

    public Task Outcome => _outcome.Task;

    /// <summary>The new states are known to others before the caller is: nobody decides upon the old ones meanwhile.</summary>
    public void Succeed()
    {
        Session.Events.Committed();
        _outcome.TrySetResult();
    }

    public void Fail(Exception reason)
    {
        Session.Events.Refused();
        if (reason is OperationCanceledException && Token.IsCancellationRequested)
        {
            _outcome.TrySetCanceled(Token);
        }
        else
        {
            _outcome.TrySetException(reason);
        }
    }
}
