using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalPostgres;

/// <summary>One installation of PostgreSQL's server programs.</summary>
/// <param name="Folder">The folder that holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
/// <param name="Major">The major version, such as 17.</param>
public sealed partial record PostgresPrograms(string Folder, int Major)
{
    /// <summary>The environment variable that names the folder of the programs and turns the search off.</summary>
    public const string FolderVariable = "LOCALPOSTGRES_BIN";

    /// <summary>The oldest major version that the application is tested with.</summary>
    public const int OldestMajor = 15;

    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(20);

    internal string Initdb => ProgramFolders.PathOf(Folder, "initdb");

    internal string PgCtl => ProgramFolders.PathOf(Folder, "pg_ctl");

    /// <summary>
    /// Finds an installation: the folder in <see cref="FolderVariable"/> alone when it is set; else PATH, <c>pg_config --bindir</c>,
    /// and the usual folders of distributions and installers, newest first.
    /// </summary>
    /// <param name="major">The major version that is needed, because data of that version exists; null takes the first found.</param>
    /// <param name="folders">Searched instead of the machine, when given.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="LocalPostgresException">None was found; the message says what to install.</exception>
    public static async Task<PostgresPrograms> FindAsync(
        int? major = null, IReadOnlyList<string>? folders = null, CancellationToken cancellation = default)
    {
        var seen = new List<PostgresPrograms>();
        await foreach (var folder in Candidates(folders, cancellation))
        {
            if (seen.Exists(known => known.Folder == folder) || await VersionOf(folder, cancellation) is not { } version)
                continue;
            var found = new PostgresPrograms(folder, version);
            if (version >= OldestMajor && (major is null || version == major))
                return found;
            seen.Add(found);
        }

        throw new LocalPostgresException(major is { } needed ? Help.NoneOfVersion(needed, seen) : Help.NoneFound(seen));
    }

    private static async IAsyncEnumerable<string> Candidates(
        IReadOnlyList<string>? folders, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (folders is null && Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen)
            folders = ProgramFolders.IsComplete(chosen) ? [chosen] : throw new LocalPostgresException(Help.WrongOverride(chosen));

        if (folders is not null)
        {
            foreach (var folder in folders.Where(ProgramFolders.IsComplete))
                yield return folder;
            yield break;
        }

        foreach (var folder in ProgramFolders.OfPath())
            yield return folder;
        if (await ProgramFolders.OfPgConfig(cancellation) is { } configured)
            yield return configured;
        foreach (var folder in ProgramFolders.Usual())
            yield return folder;
    }

    private static async Task<int?> VersionOf(string folder, CancellationToken cancellation)
    {
        var result = await ProgramRunner.RunAsync(
            [ProgramFolders.PathOf(folder, "postgres"), "--version"], Path.GetTempPath(), VersionLimit, cancellation);
        var match = VersionLine().Match(result.Output);
        return result.ExitCode == 0 && match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d{1,3})")]
    private static partial Regex VersionLine();
}
