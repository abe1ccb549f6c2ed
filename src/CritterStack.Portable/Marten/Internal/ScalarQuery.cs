using Marten.Exceptions;
using Npgsql;

namespace Marten.Internal;

/// <summary>Runs queries of one column.</summary>
internal static class ScalarQuery
{
    private static readonly HashSet<Type> Scalars =
    [
        typeof(string), typeof(long), typeof(int), typeof(bool), typeof(decimal), typeof(double), typeof(DateTimeOffset), typeof(Guid),
    ];

    public static async Task<IReadOnlyList<T>> RunAsync<T>(
        DocumentSession session, string sql, object?[] parameters, CancellationToken token)
    {
        if (!Scalars.Contains(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T)))
        {
            throw new NotSupportedException(
                $"The portable store keeps no documents: {typeof(T)} is no scalar. Query the columns one by one, or use Npgsql");
        }

        await using var lease = await session.LeaseAsync(token).ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(lease.Connection);
        batch.BatchCommands.Add(new SqlStatement(sql, parameters).ToBatchCommand(session.Rewrite));
        try
        {
            await using var rows = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
            var values = new List<T>();
            while (await rows.ReadAsync(token).ConfigureAwait(false))
            {
                values.Add(await rows.IsDBNullAsync(0, token).ConfigureAwait(false) ? default! : rows.GetFieldValue<T>(0));
            }

            return values;
        }
        catch (NpgsqlException e)
        {
            throw new MartenCommandException(null, e);
        }
    }
}
