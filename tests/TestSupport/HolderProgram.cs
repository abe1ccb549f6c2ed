using System.Globalization;
using LocalPostgres;

namespace TestSupport;

/// <summary>
/// A process that holds the cluster of the folder it is given until its standard input ends. It writes the server's process id when
/// it holds it, or the error.
/// </summary>
internal static class HolderProgram
{
    public static async Task<int> Main(string[] arguments)
    {
        try
        {
            await using var cluster = await LocalCluster.StartAsync(
                new LocalClusterOptions { DataFolder = arguments[0], SyncNewData = false });
            Console.WriteLine(cluster.ProcessId.ToString(CultureInfo.InvariantCulture));
            await Console.In.ReadToEndAsync();
            return 0;
        }
        catch (LocalPostgresException error)
        {
            Console.WriteLine(error.Message);
            return 1;
        }
    }
}
