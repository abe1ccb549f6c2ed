using System.Globalization;

namespace Marketplace.Operations;

/// <summary>The command <c>rebuild [NAME]</c>: rebuilds every read model, or one, and says how each went.</summary>
public static class RebuildCommand
{
    /// <summary>Rebuilds one after another; one that fails keeps its old rows and does not keep the others from their turn.</summary>
    /// <param name="name">The read model, or null for all of them.</param>
    /// <param name="services">The running program's services.</param>
    /// <param name="output">Where progress goes, a line per read model.</param>
    /// <param name="errors">Where failures go.</param>
    /// <param name="ct">Ends the running rebuild, whose old rows stay.</param>
    /// <returns>0 when everything was rebuilt, else 1.</returns>
    public static async Task<int> RunAsync(string? name, IServiceProvider services, TextWriter output, TextWriter errors, CancellationToken ct)
    {
        var (rebuilds, failed) = (services.GetRequiredService<Rebuilds>(), false);
        foreach (var one in name is null ? Rebuilds.Names : [name])
        {
            try
            {
                var outcome = await rebuilds.RunAsync(one, ct);
                failed |= outcome.Refusal is not null;
                if (outcome.Refusal is { } refusal) await errors.WriteLineAsync(refusal.Detail);
                else await output.WriteLineAsync($"{one}: rebuilt in {outcome.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
            }
            catch (Exception e)
            {
                failed = true;
                await errors.WriteLineAsync($"{one}: {(e is OperationCanceledException ? "stopped" : e.Message)}; its rows are the old ones.");
                if (ct.IsCancellationRequested) break;
            }
        }
        return failed ? 1 : 0;
    }
}
