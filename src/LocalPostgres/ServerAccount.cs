namespace LocalPostgres;

/// <summary>
/// The account that PostgreSQL's programs run as: our own, or an unprivileged one when we are root, because PostgreSQL refuses
/// to run as root.
/// </summary>
internal sealed class ServerAccount
{
    private static readonly string[] Preferred = ["postgres", "_postgres", "nobody"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<string>> _wrap;

    private ServerAccount(string? name, Func<IReadOnlyList<string>, IReadOnlyList<string>> wrap) => (Name, _wrap) = (name, wrap);

    /// <summary>The other account's name; null when the programs run as ourselves.</summary>
    public string? Name { get; }

    /// <summary>
    /// Finds the account to run with, and makes sure that it can reach the data folder, whose own mode is already open. Data that
    /// exists is run by the account that owns it.
    /// </summary>
    public static async Task<ServerAccount> FindAsync(string dataFolder, string? existingData, CancellationToken cancellation)
    {
        if (!DataFolders.RunsAsRoot)
            return new ServerAccount(null, command => command);

        var accounts = ReadAccounts();
        var owner = existingData is null ? null : await OwnerOf(existingData, cancellation);
        var name = owner ?? Array.Find(Preferred, accounts.ContainsKey) ?? throw new LocalPostgresException(Help.NoAccount);
        if (name == "root" || !accounts.TryGetValue(name, out var group))
            throw new LocalPostgresException(Help.ForeignFolder(existingData ?? name));

        foreach (var wrap in Ways(name, group).Where(IsInstalled))
        {
            if (await SucceedsAsync(wrap(["test", "-x", dataFolder]), cancellation))
                return new ServerAccount(name, wrap);
            if (await SucceedsAsync(wrap(["true"]), cancellation))
                throw new LocalPostgresException(Help.ClosedFolder(DataFolders.FirstClosed(dataFolder) ?? dataFolder, dataFolder, name));
        }

        throw new LocalPostgresException(Help.NoWayToChangeAccount(name));
    }

    /// <summary>Runs a program as this account.</summary>
    public Task<ProgramResult> RunAsync(IReadOnlyList<string> command, string folder, TimeSpan limit, CancellationToken cancellation) =>
        ProgramRunner.RunAsync(_wrap(command), folder, limit, cancellation);

    /// <summary>Starts a program as this account without waiting for it.</summary>
    public void StartDetached(IReadOnlyList<string> command, string folder) => ProgramRunner.StartDetached(_wrap(command), folder);

    /// <summary>Gives a folder with all that it holds to this account.</summary>
    public async Task OwnAsync(string folder, CancellationToken cancellation)
    {
        if (Name is null)
            return;
        var result = await ProgramRunner.RunAsync(["chown", "-R", Name, folder], "/", Limit, cancellation);
        if (result.ExitCode != 0)
            throw new LocalPostgresException($"{folder} could not be given to the account '{Name}': {result.Text}");
    }

    private static bool IsInstalled(Func<IReadOnlyList<string>, IReadOnlyList<string>> wrap) =>
        ProgramFolders.FindOnPath(wrap([])[0]) is not null;

    private static async Task<bool> SucceedsAsync(IReadOnlyList<string> command, CancellationToken cancellation) =>
        (await ProgramRunner.RunAsync(command, "/", Limit, cancellation)).ExitCode == 0;

    private static IEnumerable<Func<IReadOnlyList<string>, IReadOnlyList<string>>> Ways(string name, string group)
    {
        yield return command => ["setpriv", "--reuid", name, "--regid", group, "--init-groups", "--", .. command];
        yield return command => ["runuser", "-u", name, "--", .. command];
        yield return command => ["su", "-s", "/bin/sh", name, "-c", "exec " + string.Join(' ', command.Select(Quote))];
    }

    private static string Quote(string argument) => $"'{argument.Replace("'", "'\\''")}'";

    // Name and primary group of every local account.
    private static Dictionary<string, string> ReadAccounts() =>
        File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 4)
            .GroupBy(fields => fields[0], fields => fields[3])
            .ToDictionary(account => account.Key, account => account.First());

    private static async Task<string> OwnerOf(string folder, CancellationToken cancellation)
    {
        string[] format = OperatingSystem.IsLinux() ? ["-c", "%U"] : ["-f", "%Su"];
        var result = await ProgramRunner.RunAsync(["stat", .. format, folder], "/", Limit, cancellation);
        return result.ExitCode == 0
            ? result.Output.Trim()
            : throw new LocalPostgresException($"The owner of {folder} could not be read: {result.Text}");
    }
}
