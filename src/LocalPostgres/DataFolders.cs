namespace LocalPostgres;

/// <summary>Where a cluster's data is kept when nobody says otherwise.</summary>
public static class DataFolders
{
    /// <summary>Where root keeps its data when root's home is closed to the account that runs PostgreSQL.</summary>
    public const string ForRoot = "/var/lib/marketplace";

    private const UnixFileMode EnterByOthers = UnixFileMode.OtherExecute;

    /// <summary>
    /// The user's own folder for data: <c>$XDG_DATA_HOME/marketplace</c> or <c>~/.local/share/marketplace</c>, its like on macOS
    /// and Windows; as root with a closed home <see cref="ForRoot"/>.
    /// </summary>
    /// <exception cref="LocalPostgresException">The user has no home folder.</exception>
    public static string Default()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (RunsAsRoot && (home.Length == 0 || FirstClosed(home) is not null))
            return ForRoot;
        return home.Length > 0
            ? Path.Combine(home, "marketplace")
            : throw new LocalPostgresException("This user has no home folder to keep data in: set HOME, or name a data folder.");
    }

    internal static bool RunsAsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The outermost existing folder on the way to a path, the path itself included, that other accounts may not enter.</summary>
    internal static string? FirstClosed(string path) => Ancestors(Path.GetFullPath(path)).Reverse().FirstOrDefault(IsClosed);

    private static bool IsClosed(string folder) =>
        !OperatingSystem.IsWindows() && Directory.Exists(folder) && !File.GetUnixFileMode(folder).HasFlag(EnterByOthers);

    /// <summary>Makes a data folder and those above it, open to the account that runs PostgreSQL as far as they are ours to open.</summary>
    public static void Prepare(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (RunsAsRoot)
            mode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        foreach (var missing in Ancestors(folder).TakeWhile(one => !Directory.Exists(one)).Reverse().ToArray())
        {
            Directory.CreateDirectory(missing, mode);
            File.SetUnixFileMode(missing, mode);
        }

        // The folder itself was handed to us, perhaps within others that mktemp -d made: to let others pass shows them nothing.
        // Any other closed folder, such as root's home, was closed for a reason that is not ours to judge.
        if (RunsAsRoot)
        {
            foreach (var closed in Ancestors(folder).TakeWhile(one => one == folder || IsTemporary(one)).Where(IsClosed))
                File.SetUnixFileMode(closed, File.GetUnixFileMode(closed) | EnterByOthers);
        }
    }

    private static bool IsTemporary(string folder) =>
        folder.StartsWith(Path.GetTempPath().TrimEnd('/') + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var folder = path; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}
