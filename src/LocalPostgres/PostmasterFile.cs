using System.Globalization;

namespace LocalPostgres;

/// <summary>What a running server says of itself in <c>postmaster.pid</c>.</summary>
/// <param name="ProcessId">The process id of the postmaster.</param>
/// <param name="Port">The TCP port it listens on.</param>
/// <param name="Text">The whole file, as far as it names the process and its data: it tells one server from another.</param>
internal sealed record PostmasterFile(int ProcessId, int Port, string Text)
{
    private const int LinesOfIdentity = 4;

    /// <summary>Reads the file; null when there is none, or when a starting server has not yet written all of it.</summary>
    public static PostmasterFile? TryRead(string path)
    {
        string[] lines;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            lines = new StreamReader(file).ReadToEnd().Split('\n');
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return lines.Length > LinesOfIdentity
            && int.TryParse(lines[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var processId)
            && int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? new PostmasterFile(Math.Abs(processId), port, string.Join('\n', lines.Take(LinesOfIdentity)))
                : null;
    }

    /// <summary>
    /// Whether the process is the server that wrote the file: after a crash of the machine its number may be another program's.
    /// When that cannot be told, it is taken for the server, because two servers on one data directory would destroy it.
    /// </summary>
    public bool IsRunning() => OperatingSystem.IsLinux() ? IsRunningOnLinux() : IsRunningElsewhere();

    /// <summary>Whether any process has the number, be it the server, another program, or one that has ended and waits for its parent.</summary>
    public bool NumberIsTaken()
    {
        if (OperatingSystem.IsLinux())
            return Directory.Exists(ProcFolder);
        try
        {
            System.Diagnostics.Process.GetProcessById(ProcessId).Dispose();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private string ProcFolder => $"/proc/{ProcessId.ToString(CultureInfo.InvariantCulture)}";

    private bool IsRunningOnLinux()
    {
        var process = ProcFolder;
        try
        {
            var stat = File.ReadAllText($"{process}/stat");
            var name = stat[(stat.IndexOf('(') + 1)..stat.LastIndexOf(')')];
            var state = stat[stat.LastIndexOf(')') + 2];
            if (state is 'Z' or 'X' || !name.StartsWith("postgres", StringComparison.Ordinal))
                return false;
        }
        catch (Exception error) when (error is IOException)
        {
            return false;
        }

        try
        {
            // A postmaster's current folder is its data directory.
            return !Directory.Exists($"{process}/cwd/") || TryRead($"{process}/cwd/postmaster.pid")?.Text == Text;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    private bool IsRunningElsewhere()
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(ProcessId);
            return process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
