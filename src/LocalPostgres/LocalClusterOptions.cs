namespace LocalPostgres;

/// <summary>Where a private cluster lives, which programs run it, and how long each step may take.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>The folder that holds the cluster, its password and its locks. It is made when it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Folders that hold <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>, the preferred one first. Null searches the machine:
    /// see <see cref="PostgresPrograms.FindAsync"/>.
    /// </summary>
    public IReadOnlyList<string>? ProgramFolders { get; init; }

    /// <summary>
    /// Server settings that replace or join the defaults of <see cref="ServerSettings"/>. They count from the next start of the
    /// server: a process that joins a running one takes it as it is.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The longest wait for <c>initdb</c>. Default: two minutes.</summary>
    public TimeSpan InitLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest wait for a server to answer, crash recovery and other starters included. Default: two minutes.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The longest wait for the server's last checkpoint when it is stopped. A server that takes longer stops by itself, and the next
    /// start waits for it. Default: five seconds.
    /// </summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether new data is brought to disk before its first use, so that a crash of the machine cannot spoil it. Only clusters that
    /// tests throw away do without.
    /// </summary>
    internal bool SyncNewData { get; init; } = true;
}
