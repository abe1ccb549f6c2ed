using System.Diagnostics;
using LocalPostgres;

namespace TestSupport;

/// <summary>
/// A stopped cluster without any data of its own, made once on this machine and copied for tests that need a whole one: a copy takes
/// a moment where <c>initdb</c> takes seconds.
/// </summary>
internal static class BlankCluster
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Fills a new data folder.</summary>
    public static async Task CopyToAsync(string folder)
    {
        var home = await TestCluster.FolderAsync("blank");
        var source = Path.Combine(home, "data");
        var made = Path.Combine(home, "made");
        Directory.CreateDirectory(home);
        using (await FileLock.ExclusiveAsync(Path.Combine(home, "making.lock"), Limit, CancellationToken.None))
        {
            if (!File.Exists(made))
            {
                await (await LocalCluster.StartAsync(new LocalClusterOptions { DataFolder = source })).DisposeAsync();
                await File.WriteAllTextAsync(made, "");
            }
        }

        // The owners and modes that PostgreSQL insists on are kept.
        using var copy = Process.Start("cp", ["-a", Path.Combine(source, "cluster"), Path.Combine(source, "password"), folder]);
        await copy.WaitForExitAsync();
        if (copy.ExitCode != 0)
            throw new IOException($"{source} could not be copied to {folder}.");
        // A copy has no port of its own yet: many copies that all want the same one would only get in each other's way.
        File.Delete(Path.Combine(folder, "cluster", "postmaster.opts"));
    }
}
