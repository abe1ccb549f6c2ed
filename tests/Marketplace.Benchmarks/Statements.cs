using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Marketplace.Benchmarks;

/// <summary>Tells which statements PostgreSQL spent most time on, by its extension <c>pg_stat_statements</c>.</summary>
internal static partial class Statements
{
    private const int LongestText = 160;

    private const string Most = """
        select datname, total_exec_time, calls, rows, query from public.pg_stat_statements s join pg_database d on d.oid = s.dbid
         where datname <> 'postgres' order by total_exec_time desc limit $1
        """;

    /// <summary>Forgets what was counted so far.</summary>
    public static async Task ForgetAsync(Stage stage)
    {
        await using var connection = await stage.ConnectAsync("postgres");
        await using var command = new NpgsqlCommand(
            "create extension if not exists pg_stat_statements schema public; select public.pg_stat_statements_reset()", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Writes what was counted since, the statement that took most time first.</summary>
    public static async Task WriteAsync(Stage stage, int count, TextWriter output)
    {
        await using var connection = await stage.ConnectAsync("postgres");
        await using var command = new NpgsqlCommand(Most, connection);
        command.Parameters.AddWithValue(count);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var text = Space().Replace(row.GetString(4), " ");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"  {row.GetDouble(1) / 1000,8:0.00} s {row.GetInt64(2),8} × {row.GetInt64(3),9} rows  {row.GetString(0)}: {text[..Math.Min(LongestText, text.Length)]}"));
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
