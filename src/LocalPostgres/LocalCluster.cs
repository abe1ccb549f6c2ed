using System.Text.RegularExpressions;
using Npgsql;

namespace LocalPostgres;

/// <summary>
/// A hold on a private PostgreSQL cluster of this machine. Any number of processes may hold one data folder's cluster at once: the
/// first starts the server, the last one to leave stops it. Durability is on; it listens on 127.0.0.1 alone and asks for a password.
/// </summary>
/// <remarks>
/// A server that outlived a killed holder is taken over by the next one. A folder left by a crash of the machine recovers when it is
/// next started, and an interrupted making of the data is begun anew.
/// </remarks>
public sealed partial class LocalCluster : IAsyncDisposable, IDisposable
{
    private readonly ClusterFolder _folder;
    private readonly LocalClusterOptions _options;
    private readonly ClusterServer _server;
    private readonly string _password;
    private FileLock? _hold;
    private PostmasterFile _postmaster;

    private LocalCluster(ClusterFolder folder, LocalClusterOptions options, ClusterServer server, FileLock hold, PostmasterFile postmaster)
    {
        (_folder, _options, _server, _hold, _postmaster) = (folder, options, server, hold, postmaster);
        _password = folder.ReadPassword();
    }

    /// <summary>The data folder.</summary>
    public string DataFolder => _folder.Root;

    /// <summary>The server's log file.</summary>
    public string LogFile => _folder.Log;

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port => _postmaster.Port;

    /// <summary>The process id of the server's postmaster.</summary>
    public int ProcessId => _postmaster.ProcessId;

    /// <summary>
    /// Joins the cluster of a data folder: makes it when the folder has none, starts its server when it does not run. Waits for other
    /// starters and for crash recovery, within the limits that <paramref name="options"/> states.
    /// </summary>
    /// <param name="options">The data folder and the limits.</param>
    /// <param name="cancellation">Ends the waiting; a server that has no other holder is then stopped.</param>
    /// <exception cref="LocalPostgresException">It cannot be done here; the message says why and what to do.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellation = default)
    {
        var folder = new ClusterFolder(Path.GetFullPath(options.DataFolder));
        try
        {
            DataFolders.Prepare(folder.Root);
            var server = new ClusterServer(folder, options);
            using var starting = await FileLock.ExclusiveAsync(folder.StartLock, options.StartLimit, cancellation);
            var hold = FileLock.TryShared(folder.HoldersLock)
                ?? throw new LocalPostgresException($"{folder.HoldersLock} is held by a program that is not one of ours.");
            try
            {
                return new LocalCluster(folder, options, server, hold, await server.EnsureRunningAsync(cancellation));
            }
            catch
            {
                hold.Dispose();
                await StopWithoutHoldersAsync(folder, server);
                throw;
            }
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new LocalPostgresException($"The data folder {folder.Root} cannot be used by this user: {cause.Message}", cause);
        }
    }

    /// <summary>How to reach a database of this cluster as its superuser. It holds the password: keep it out of logs.</summary>
    /// <param name="database">The database's name; it is not made by this.</param>
    public string ConnectionString(string database) => ClusterServer.Address(Port, _password, database).ConnectionString;

    /// <summary>Makes a database unless it exists, and returns its connection string. Safe when several processes do it at once.</summary>
    /// <param name="name">Lower-case letters, digits and underscores, at most 63.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public async Task<string> EnsureDatabaseAsync(string name, CancellationToken cancellation = default)
    {
        if (!DatabaseName().IsMatch(name))
            throw new ArgumentException("A database's name is made of lower-case letters, digits and underscores.", nameof(name));

        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var lookup = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", connection);
        lookup.Parameters.AddWithValue(name);
        if (await lookup.ExecuteScalarAsync(cancellation) is not true)
        {
            try
            {
                // The name of a database cannot be a parameter; it has just been checked.
                await using var create = new NpgsqlCommand($"create database \"{name}\"", connection);
                await create.ExecuteNonQueryAsync(cancellation);
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // Another process was faster.
            }
        }

        return ConnectionString(name);
    }

    /// <summary>
    /// Starts the server again when it has gone, on the same port unless somebody took it. Does nothing when it answers.
    /// </summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="LocalPostgresException">It cannot be started.</exception>
    public async Task EnsureRunningAsync(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_hold is null, this);
        using var starting = await FileLock.ExclusiveAsync(_folder.StartLock, _options.StartLimit, cancellation);
        _postmaster = await _server.EnsureRunningAsync(cancellation);
    }

    /// <summary>
    /// Looks once a second whether the server still runs and starts it again when it has gone, as a service manager does for a
    /// server of the system. A start that fails is tried again.
    /// </summary>
    /// <param name="time">The clock that the second is measured with.</param>
    /// <param name="failed">Told of every start that failed.</param>
    /// <param name="cancellation">Ends the watch without an error.</param>
    public async Task KeepRunningAsync(TimeProvider time, Action<LocalPostgresException> failed, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
                await StartIfGoneAsync(failed, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The watch is over.
        }
    }

    private async Task StartIfGoneAsync(Action<LocalPostgresException> failed, CancellationToken cancellation)
    {
        try
        {
            if (!ServerIsRunning)
                await EnsureRunningAsync(cancellation);
        }
        catch (LocalPostgresException error)
        {
            failed(error);
        }
    }

    /// <summary>Stops the server under everyone who uses it, without a last checkpoint: the next start recovers. For tests of crashes.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    internal async Task StopImmediatelyAsync(CancellationToken cancellation = default)
    {
        using var stopping = await FileLock.ExclusiveAsync(_folder.StartLock, _options.StartLimit, cancellation);
        await _server.StopAsync("immediate", cancellation);
    }

    /// <summary>Whether the process that was last seen as the server still runs.</summary>
    internal bool ServerIsRunning => _postmaster.IsRunning();

    /// <summary>Looks up what <see cref="Dispose"/> needs, so that it takes only a moment.</summary>
    internal Task PrepareToLeaveAsync() => _server.FindProgramsAsync(CancellationToken.None);

    /// <summary>
    /// Leaves the cluster; the last one to leave stops the server and waits for it as long as
    /// <see cref="LocalClusterOptions.StopLimit"/> says.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _hold, null) is not { } hold)
            return;
        // Given up whatever happens: a hold that nobody uses would keep the server running for ever.
        using var held = hold;
        using var stopping = await FileLock.TryExclusiveAsync(_folder.StartLock, _options.StopLimit, CancellationToken.None);
        hold.Dispose();
        // When somebody else is starting or leaving all that time, the server is theirs to stop.
        if (stopping is not null)
            await StopWithoutHoldersAsync(_folder, _server);
    }

    /// <summary>
    /// Leaves the cluster in the last moments of a process: the last one to leave tells the server to stop and does not wait for it.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hold, null) is not { } hold)
            return;
        using var stopping = FileLock.TryExclusive(_folder.StartLock);
        hold.Dispose();
        // When somebody else is starting or leaving just now, the server is theirs to stop.
        if (stopping is null)
            return;
        using var alone = FileLock.TryExclusive(_folder.HoldersLock);
        if (alone is not null)
            _server.BeginStop();
    }

    private static async Task StopWithoutHoldersAsync(ClusterFolder folder, ClusterServer server)
    {
        using var alone = FileLock.TryExclusive(folder.HoldersLock);
        if (alone is not null)
            await server.StopAsync("fast", CancellationToken.None);
    }

    [GeneratedRegex(@"\A[a-z_][a-z0-9_]{0,62}\z")]
    private static partial Regex DatabaseName();
}
