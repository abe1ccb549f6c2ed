using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace LocalPostgres;

/// <summary>Makes, starts, finds and stops the server of one data folder. The caller holds the folder's start lock.</summary>
internal sealed class ClusterServer(ClusterFolder folder, LocalClusterOptions options)
{
    public const string Superuser = "marketplace";
    private const long LongestLog = 16 * 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private ServerAccount? _account;
    private PostgresPrograms? _programs;

    /// <summary>Makes the data when there is none, and joins the running server or starts one. Returns what the server says of itself.</summary>
    public async Task<PostmasterFile> EnsureRunningAsync(CancellationToken cancellation)
    {
        if (!folder.HasCluster)
            await InitializeAsync(cancellation);

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(options.StartLimit);
        var port = default(int?);
        try
        {
            while (true)
            {
                var server = ReadPidFile();
                if (server is null || !server.IsRunning())
                {
                    port = FreePort.Pick(port is null ? server?.Port ?? LastPort() : null);
                    await StartAsync(port.Value, server, timeout.Token);
                }
                else if (await AnswersAsync(server.Port, timeout.Token))
                {
                    return server;
                }

                await Task.Delay(Pause, timeout.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LocalPostgresException(
                $"The server of {folder.Root} did not answer within {options.StartLimit.TotalSeconds:0} seconds. Its log is {folder.Log}.");
        }
    }

    /// <summary>
    /// Stops the server. Mode "fast" does it in order: open transactions are rolled back, and everything is brought to disk, which a
    /// server that was told to stop goes on doing when the limit is over.
    /// </summary>
    public async Task StopAsync(string mode, CancellationToken cancellation)
    {
        if (ReadPidFile() is not { } server || !server.IsRunning())
            return;
        var result = await RunPgCtlAsync(
            ["stop", "-m", mode, "-w", "-t", Seconds(options.StopLimit)], options.StopLimit + TimeSpan.FromSeconds(5), cancellation);
        if (result.ExitCode != 0 && server.IsRunning() && !result.Text.Contains("does not shut down", StringComparison.Ordinal))
            throw new LocalPostgresException($"The server of {folder.Root} could not be stopped: {result.Text}");
    }

    /// <summary>Tells the server to stop in order and does not wait: for the last moments of a process.</summary>
    public void BeginStop()
    {
        FindProgramsAsync(CancellationToken.None).GetAwaiter().GetResult();
        _account!.StartDetached([_programs!.PgCtl, "stop", "-D", folder.Data, "-m", "fast", "-W"], folder.Data);
    }

    /// <summary>Finds the programs and the account, so that <see cref="BeginStop"/> need not search in the last moment.</summary>
    public async Task FindProgramsAsync(CancellationToken cancellation)
    {
        _programs ??= await PostgresPrograms.FindAsync(
            folder.HasCluster ? folder.MajorVersion() : null, options.ProgramFolders, cancellation);
        _account ??= await ServerAccount.FindAsync(folder.Root, folder.HasCluster ? folder.Data : null, cancellation);
    }

    private async Task InitializeAsync(CancellationToken cancellation)
    {
        await FindProgramsAsync(cancellation);
        // What an interrupted start has left: the data directory only takes its place when it is complete.
        if (Directory.Exists(folder.Staging))
            Directory.Delete(folder.Staging, recursive: true);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder.Staging);
        else
            Directory.CreateDirectory(folder.Staging, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var secret = Path.Combine(folder.Staging, "password");
        var made = Path.Combine(folder.Staging, "cluster");
        ClusterFolder.WriteSecret(secret, folder.MakePassword());
        await _account!.OwnAsync(folder.Staging, cancellation);
        var result = await _account.RunAsync(
            [
                _programs!.Initdb, "-D", made, "-U", Superuser, "--pwfile", secret, "--encoding=UTF8", "--locale=C",
                "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", .. options.SyncNewData ? Array.Empty<string>() : ["--no-sync"],
            ],
            folder.Staging, options.InitLimit, cancellation);
        if (result.ExitCode != 0)
            throw new LocalPostgresException($"initdb could not make a cluster in {folder.Root}: {result.Text}");
        Directory.Move(made, folder.Data);
        Directory.Delete(folder.Staging, recursive: true);
        // initdb has brought its files to disk; their new place has to be there too before anything is promised.
        if (options.SyncNewData && ProgramFolders.FindOnPath("sync") is { } sync && OperatingSystem.IsLinux())
            await ProgramRunner.RunAsync([sync, folder.Root], "/", options.InitLimit, cancellation);
    }

    private async Task StartAsync(int port, PostmasterFile? stale, CancellationToken cancellation)
    {
        await FindProgramsAsync(cancellation);
        // After a crash of the machine the number may be another program's, which PostgreSQL would take for its own.
        if (stale is not null && stale.NumberIsTaken() && !stale.IsRunning())
            File.Delete(folder.PidFile);
        if (folder.LogLength() > LongestLog)
            File.Move(folder.Log, folder.Log + ".1", overwrite: true);

        var place = folder.LogLength();
        var result = await RunPgCtlAsync(
            ["start", "-l", folder.Log, "-w", "-t", Seconds(options.StartLimit), "-s", "-o", ServerSettings.CommandLine(options.Settings, port)],
            options.StartLimit, cancellation);
        if (result.ExitCode == 0)
            return;

        var log = folder.LogSince(place);
        if (!MayPass(log))
            throw new LocalPostgresException($"PostgreSQL could not be started on {folder.Data}: {result.Text}\n{log}\nIts log is {folder.Log}.");
    }

    // The port was taken since it was found free; or processes of a killed server are still about to end.
    private static bool MayPass(string log) =>
        log.Contains("could not bind", StringComparison.Ordinal)
        || log.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal)
        || log.Contains("shared memory block", StringComparison.Ordinal)
        || log.Contains("\"postmaster.pid\" already exists", StringComparison.Ordinal);

    private async Task<ProgramResult> RunPgCtlAsync(IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation)
    {
        await FindProgramsAsync(cancellation);
        return await _account!.RunAsync([_programs!.PgCtl, arguments[0], "-D", folder.Data, .. arguments.Skip(1)], folder.Data, limit, cancellation);
    }

    // Only the cluster that this folder's password was made for lets us in, and proves in turn that it knows the password.
    private async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        var address = Address(port, folder.ReadPassword(), "postgres");
        address.Pooling = false;
        address.Timeout = 5;
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return true;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections)
        {
            // Starting, recovering or stopping; or so busy that it must be running.
            return error.SqlState == PostgresErrorCodes.TooManyConnections;
        }
        catch (PostgresException error)
        {
            throw new LocalPostgresException(
                $"The server of {folder.Root} on port {port} refuses its own password: {error.MessageText}. Its log is {folder.Log}.", error);
        }
        catch (NpgsqlException error) when (error.InnerException is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }

    public static NpgsqlConnectionStringBuilder Address(int port, string password, string database) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        Username = Superuser,
        Password = password,
        Database = database,
        SslMode = SslMode.Disable,
    };

    private PostmasterFile? ReadPidFile()
    {
        try
        {
            return PostmasterFile.TryRead(folder.PidFile);
        }
        catch (UnauthorizedAccessException)
        {
            throw new LocalPostgresException(Help.ForeignFolder(folder.Data));
        }
    }

    // PostgreSQL keeps the arguments of its last start: on the same port, addresses that were handed out stay true.
    private int? LastPort()
    {
        var path = Path.Combine(folder.Data, "postmaster.opts");
        if (!File.Exists(path))
            return null;
        var digits = string.Concat(File.ReadAllText(path).Split("\"port=")[^1].TakeWhile(char.IsAsciiDigit));
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
    }

    private static string Seconds(TimeSpan limit) => Math.Ceiling(limit.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
