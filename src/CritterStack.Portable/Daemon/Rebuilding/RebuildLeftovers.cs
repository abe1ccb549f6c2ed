using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marten.Events.Daemon.Rebuilding;

/// <summary>Copies that rebuilds have left behind whose process was killed.</summary>
internal static partial class RebuildLeftovers
{
    /// <summary>Removes them if it may; those of a rebuild that is running stay, since it holds its lock.</summary>
    public static async Task RemoveAsync(DaemonContext context, CancellationToken token)
    {
        try
        {
            await RemoveAllAsync(context, token).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!DatabaseOutage.Is(e))
        {
            // They take up space and nothing else: no reason not to run the projections.
            LogNotRemoved(context.Logger, e);
        }
    }

    private static async Task RemoveAllAsync(DaemonContext context, CancellationToken token)
    {
        var projections = context.Store.Options.Projections;
        foreach (var name in projections.Async.Concat(projections.Inline).Select(p => p.Name))
        {
            var schema = Identifiers.ShadowSchema(context.Schema, name);
            if (!await ExistsAsync(context.Database, schema, token).ConfigureAwait(false))
                continue;
            await using var held = await RebuildLock.TryTakeAsync(context, name, token).ConfigureAwait(false);
            if (held is not null)
                await new ShadowSchema(held.Connection, schema, []).DropAsync(token).ConfigureAwait(false);
        }
    }

    private static async Task<bool> ExistsAsync(NpgsqlDataSource database, string schema, CancellationToken token)
    {
        await using var command = database.CreateCommand("select exists (select from pg_namespace where nspname = $1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema });
        return (bool)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What an interrupted rebuild has left behind could not be removed")]
    private static partial void LogNotRemoved(ILogger logger, Exception exception);
}
