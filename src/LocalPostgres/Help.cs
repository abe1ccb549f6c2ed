namespace LocalPostgres;

/// <summary>The texts that tell a person what to do.</summary>
internal static class Help
{
    private const string Alternatives = """
        Or use a server that runs already, and set its address:
            export ConnectionStrings__Marketplace='Host=localhost;Port=5432;Database=marketplace;Username=marketplace;Password=...'
        With Docker such a server is made by (see .env.example for the password):
            docker compose up -d db
        """;

    public static string NoneFound(IReadOnlyList<PostgresPrograms> tooOld) => $"""
        PostgreSQL {PostgresPrograms.OldestMajor} or newer is needed, and no folder on this machine has its programs initdb, pg_ctl and postgres{Found(tooOld)}.
        Install it:
            Debian, Ubuntu   sudo apt-get install postgresql
            Fedora, RHEL     sudo dnf install postgresql-server
            SUSE             sudo zypper install postgresql-server
            Arch             sudo pacman -S postgresql
            Alpine           sudo apk add postgresql17
            macOS            brew install postgresql@17
            Windows          winget install PostgreSQL.PostgreSQL.17
        It need not be started: a private server is run from those programs. Where they are in an unusual folder, name it:
            export {PostgresPrograms.FolderVariable}=/path/to/bin
        {Alternatives}
        """;

    public static string NoneOfVersion(int major, IReadOnlyList<PostgresPrograms> found) => $"""
        The data was made by PostgreSQL {major}, and the programs of that version are not on this machine{Found(found)}.
        Install version {major} again (Debian, Ubuntu: sudo apt-get install postgresql-{major}; macOS: brew install postgresql@{major}),
        or move the data folder away to begin with an empty one. A dump made with version {major} can be restored into any newer one.
        """;

    public static string WrongOverride(string folder) => $"""
        {PostgresPrograms.FolderVariable} names {folder}, which does not have all of the programs initdb, pg_ctl and postgres.
        Name the folder that has them (pg_config --bindir prints it), or unset the variable to have the machine searched.
        """;

    public static string NoAccount => $"""
        PostgreSQL does not run as root, and this machine has no account 'postgres' or 'nobody' to run it with.
        Run the program as an ordinary user, or make one: useradd --system --home-dir / --shell /bin/false postgres
        {Alternatives}
        """;

    public static string NoWayToChangeAccount(string account) => $"""
        PostgreSQL does not run as root, and none of setpriv, runuser and su could run it as '{account}'.
        Run the program as an ordinary user, or install util-linux.
        {Alternatives}
        """;

    public static string ClosedFolder(string closed, string dataFolder, string account) => $"""
        The data folder {dataFolder} is inside {closed}, which the account '{account}' may not enter; PostgreSQL does not run as root.
        Choose a data folder outside of it, such as {DataFolders.ForRoot}, or open it: chmod o+x {closed}
        """;

    public static string ForeignFolder(string path) => $"""
        {path} belongs to another account: the cluster was made by somebody else, perhaps by root.
        Run the program as that account, or choose another data folder.
        """;

    private static string Found(IReadOnlyList<PostgresPrograms> found) =>
        found.Count == 0 ? "" : $" (found: {string.Join(", ", found.Select(one => $"{one.Major} in {one.Folder}"))})";
}
