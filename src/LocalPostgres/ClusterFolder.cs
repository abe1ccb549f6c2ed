using System.Security.Cryptography;
using System.Text;

namespace LocalPostgres;

/// <summary>The files of a data folder. PostgreSQL's own files are in one folder of it, ours beside that.</summary>
internal sealed record ClusterFolder(string Root)
{
    /// <summary>PostgreSQL's data directory.</summary>
    public string Data => Path.Combine(Root, "cluster");

    /// <summary>Where a new data directory is made, to be moved to its place when it is complete.</summary>
    public string Staging => Path.Combine(Root, "cluster.making");

    /// <summary>The server's log, inside the data directory because the server's account writes it.</summary>
    public string Log => Path.Combine(Data, "server.log");

    /// <summary>Held alone by whoever starts or stops the server.</summary>
    public string StartLock => Path.Combine(Root, "start.lock");

    /// <summary>Held together by all who use the server.</summary>
    public string HoldersLock => Path.Combine(Root, "holders.lock");

    public string PidFile => Path.Combine(Data, "postmaster.pid");

    private string PasswordFile => Path.Combine(Root, "password");

    private string VersionFile => Path.Combine(Data, "PG_VERSION");

    public bool HasCluster => Directory.Exists(Data);

    /// <summary>The major version that made the data.</summary>
    public int MajorVersion()
    {
        try
        {
            return int.TryParse(File.ReadAllText(VersionFile).Trim().Split('.')[0], out var major)
                ? major
                : throw new LocalPostgresException($"{VersionFile} does not hold a version: {Data} is not a PostgreSQL data directory.");
        }
        catch (FileNotFoundException cause)
        {
            throw new LocalPostgresException(
                $"{Data} exists and is not a PostgreSQL data directory (it has no PG_VERSION). Move it away, or choose another data folder.", cause);
        }
    }

    public string ReadPassword()
    {
        try
        {
            return File.ReadAllText(PasswordFile).Trim();
        }
        catch (FileNotFoundException cause)
        {
            throw new LocalPostgresException($"{PasswordFile} is missing: the cluster in {Data} cannot be entered without it.", cause);
        }
    }

    /// <summary>Makes the superuser's password and keeps it in a file that only its owner reads.</summary>
    public string MakePassword()
    {
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        File.Delete(PasswordFile);
        WriteSecret(PasswordFile, password);
        return password;
    }

    public static void WriteSecret(string path, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(secret));
        file.Flush(flushToDisk: true);
    }

    public long LogLength() => File.Exists(Log) ? new FileInfo(Log).Length : 0;

    /// <summary>The last part of what the server has logged since a place in its log, at most 4,000 characters.</summary>
    public string LogSince(long place)
    {
        if (!File.Exists(Log))
            return "";
        using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Max(Math.Min(place, file.Length), file.Length - 4_000);
        return new StreamReader(file).ReadToEnd().Trim();
    }
}
