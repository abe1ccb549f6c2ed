using JasperFx.Events.Projections;
using Marten.Internal;
using Npgsql;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>
/// Runs an asynchronous projection that has declared no tables from the beginning over whatever rows it has, as Marten
/// itself does with one that has nothing to tear down. Its rows are not replaced in one step; they have to bear it.
/// </summary>
internal sealed class ProjectionReplay(DaemonContext context, RebuildTarget target, NpgsqlConnection connection)
{
    private readonly PageTransaction _transaction = new(
        context, new ProjectionWork(new ProjectionRegistration(target.Name, target.Projection, new AsyncOptions())));

    /// <summary>Sets the progress to the beginning and runs until it has come to where the log ended.</summary>
    /// <exception cref="InvalidOperationException">the projection fails on an event; it stands before that</exception>
    public async Task RunAsync(CancellationToken token)
    {
        await ProgressTable.SetAsync(connection, context.Schema, target.ProgressName, 0, token).ConfigureAwait(false);
        await foreach (var page in new RebuildPages(context, beyondMatters: false).ReadAsync(0, token).ConfigureAwait(false))
            await ApplyAsync(page, token).ConfigureAwait(false);
    }

    private async Task ApplyAsync(EventPage page, CancellationToken token)
    {
        while (true)
        {
            // The live shard, if there is one, goes the same way from the same beginning: each page is done by either.
            var progress = await ProgressTable.ReadAsync(connection, context.Schema, target.ProgressName, token).ConfigureAwait(false) ?? 0;
            if (progress >= page.Ceiling)
                return;
            var rest = page with { Floor = progress, Events = page.Events.FindAll(e => e.Sequence > progress) };
            try
            {
                if (await _transaction.CommitAsync(rest, token).ConfigureAwait(false) == PageResult.Committed)
                    return;
            }
            catch (PageFailedException e)
            {
                throw new InvalidOperationException(
                    $"The projection {target.Name} fails between the sequences {rest.Floor} and {rest.Ceiling}: {e.Message}",
                    e.InnerException);
            }
        }
    }
}
