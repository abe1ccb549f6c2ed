using System.Globalization;

namespace LocalPostgres;

/// <summary>The folders in which PostgreSQL's server programs may be. A folder counts only when it has all of them.</summary>
internal static class ProgramFolders
{
    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];
    private static readonly TimeSpan PgConfigLimit = TimeSpan.FromSeconds(10);

    public static string PathOf(string folder, string program) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program);

    public static bool IsComplete(string folder) => Array.TrueForAll(Programs, program => IsProgram(PathOf(folder, program)));

    /// <summary>The folders on PATH. An entry may be a link to one program: the programs beside its target are those of one version.</summary>
    public static IEnumerable<string> OfPath(string? path = null) =>
        from folder in SearchPath(path)
        let program = PathOf(folder, "postgres")
        where IsProgram(program)
        let home = Path.GetDirectoryName(Target(program))!
        where IsComplete(home)
        select home;

    /// <summary>What <c>pg_config --bindir</c> says, when there is such a program and its folder is complete.</summary>
    public static async Task<string?> OfPgConfig(CancellationToken cancellation)
    {
        if (FindOnPath("pg_config") is not { } program)
            return null;
        var result = await ProgramRunner.RunAsync([program, "--bindir"], Path.GetTempPath(), PgConfigLimit, cancellation);
        var folder = result.Output.Trim();
        return result.ExitCode == 0 && folder.Length > 0 && IsComplete(folder) ? folder : null;
    }

    /// <summary>Where distributions and installers put the programs, the newest version of each first.</summary>
    public static IEnumerable<string> Usual() => Places().Where(IsComplete);

    public static string? FindOnPath(string program) =>
        SearchPath().Select(folder => PathOf(folder, program)).FirstOrDefault(IsProgram);

    private static IEnumerable<string> Places()
    {
        if (OperatingSystem.IsWindows())
        {
            foreach (var root in new[] { "ProgramFiles", "ProgramW6432" }.Select(Environment.GetEnvironmentVariable).OfType<string>().Distinct())
            {
                foreach (var folder in Versions(Path.Combine(root, "PostgreSQL"), "*", "bin"))
                    yield return folder;
            }

            yield break;
        }

        var versioned =
            Versions("/usr/lib/postgresql", "*", "bin")                                   // Debian, Ubuntu
            .Concat(Versions("/usr", "pgsql-*", "bin"))                                   // Red Hat, SUSE: PostgreSQL's own packages
            .Concat(Versions("/usr/lib", "postgresql*", "bin"))                           // SUSE, Alpine
            .Concat(Versions("/usr/libexec", "postgresql*", ""))                          // Alpine
            .Concat(Versions("/opt/homebrew/opt", "postgresql*", "bin"))                  // Homebrew on Apple silicon
            .Concat(Versions("/usr/local/opt", "postgresql*", "bin"))                     // Homebrew on Intel
            .Concat(Versions("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"))
            .Concat(Versions("/Applications/Postgres.app/Contents/Versions", "*", "bin"))
            .Concat(Versions("/Library/PostgreSQL", "*", "bin"));                         // EDB's installer on macOS
        foreach (var folder in versioned)
            yield return folder;
        foreach (var folder in new[] { "/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin" })
            yield return folder;
    }

    private static IEnumerable<string> Versions(string root, string pattern, string inner) =>
        Directory.Exists(root)
            ? Directory.EnumerateDirectories(root, pattern).OrderByDescending(VersionIn).Select(folder => Path.Combine(folder, inner))
            : [];

    private static int VersionIn(string folder)
    {
        var digits = string.Concat(Path.GetFileName(folder).SkipWhile(letter => !char.IsAsciiDigit(letter)).TakeWhile(char.IsAsciiDigit).Take(4));
        return digits.Length > 0 ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;
    }

    private static IEnumerable<string> SearchPath(string? path = null) =>
        (path ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsProgram(string path)
    {
        try
        {
            const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(Target(path)) & AnyExecute) != 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder on PATH that cannot be looked into holds no program for us.
            return false;
        }
    }

    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
