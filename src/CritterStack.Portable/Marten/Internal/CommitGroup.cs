namespace Marten.Internal;

/// <summary>Commits sessions in one transaction, and sees to it that what is wrong with one of them fails no other.</summary>
internal sealed class CommitGroup(DocumentStore store, CommitWriter writer, InlineProjections inline)
{
    private const int MostAttempts = 8;

    /// <summary>Commits the sessions and tells each its outcome. Never fails itself.</summary>
    public async Task CommitAsync(List<PendingCommit> sessions)
    {
        for (var i = sessions.Count - 1; i >= 0; i--)
        {
            if (sessions[i].Token.IsCancellationRequested)
            {
                sessions[i].Fail(new OperationCanceledException(sessions[i].Token));
                sessions.RemoveAt(i);
            }
        }

        // Whoever the database names as stale leaves the group, and the others try again. With too many of them each goes alone.
        for (var attempt = 0; attempt < MostAttempts && sessions.Count > 1; attempt++)
        {
            if (await TryTogetherAsync(sessions).ConfigureAwait(false) is not { } culprit)
            {
                break;
            }

            sessions.Remove(culprit);
        }

        foreach (var session in sessions)
        {
            if (!session.Outcome.IsCompleted)
            {
                await CommitAloneAsync(session).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Somebody waits for a lock that a stranger holds, and nobody knows who: each waits for itself, and those who come behind do not.
    /// </summary>
    private void Disperse(List<PendingCommit> sessions)
    {
        foreach (var session in sessions)
        {
            _ = CommitAloneAsync(session);
        }

        sessions.Clear();
    }

    /// <summary>The session whose fault it was, already told so; null when there is none, or nobody knows whose fault it was.</summary>
    private async Task<PendingCommit?> TryTogetherAsync(List<PendingCommit> sessions)
    {
        var streams = sessions.SelectMany(s => s.Streams).ToList();
        streams.Sort(UnitOfWork.LockOrder);
        try
        {
            var together = new DocumentSession(store);
            await inline.ApplyAsync(together, streams, CancellationToken.None).ConfigureAwait(false);
            var work = new UnitOfWork(streams, together.Statements, IsShared: true);
            await writer.CommitAsync(work, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (CommitFailures.StreamOf(e) is { } key)
        {
            var culprit = sessions.Find(s => s.Streams.Any(stream => stream.Key == key));
            culprit?.Fail(e);
            return culprit;
        }
        catch (Exception e) when (CommitFailures.IsHeldUp(e))
        {
            Disperse(sessions);
            return null;
        }
        catch (Exception e) when (CommitFailures.ConcernsAll(e))
        {
            foreach (var session in sessions)
            {
                session.Fail(e);
            }

            return null;
        }
        catch (Exception)
        {
            // Nothing was stored. Each session on its own meets its own failure, if it has one.
            return null;
        }

        foreach (var session in sessions)
        {
            session.Succeed();
        }

        return null;
    }

    private async Task CommitAloneAsync(PendingCommit pending)
    {
        try
        {
            await inline.ApplyAsync(pending.Session, pending.Streams, pending.Token).ConfigureAwait(false);
            await writer.CommitAsync(new UnitOfWork(pending.Streams, pending.Session.Statements), pending.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            pending.Fail(e);
            return;
        }

        pending.Succeed();
    }
}
