using Npgsql;

namespace Marten.Internal;

/// <summary>A statement as a session queued it: <c>?</c> placeholders and their values.</summary>
internal sealed record SqlStatement(string Sql, object?[] Values)
{
    public NpgsqlBatchCommand ToBatchCommand(Func<string, string>? rewrite = null)
    {
        var placeholders = SqlPlaceholders.Of(rewrite is null ? Sql : rewrite(Sql));
        placeholders.AssertCount(Values.Length);
        var command = new NpgsqlBatchCommand(placeholders.Sql);
        foreach (var value in Values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
