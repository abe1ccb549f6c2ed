using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalPostgres;

/// <summary>
/// The settings a private cluster runs with. They are modest, and every one that guards data (fsync, full_page_writes,
/// synchronous_commit) keeps PostgreSQL's own safe default.
/// </summary>
public static partial class ServerSettings
{
    /// <summary>What every cluster runs with unless <see cref="LocalClusterOptions.Settings"/> says otherwise.</summary>
    public static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        // Reached by TCP on this machine alone: the usual folder for Unix sockets is often not ours to write to.
        ["listen_addresses"] = "127.0.0.1",
        ["unix_socket_directories"] = "",
        ["max_connections"] = "200",
        ["shared_buffers"] = "256MB",
        ["max_wal_size"] = "2GB",
        ["random_page_cost"] = "1.1",
        // Compiling a plan costs more than any of the short statements here can gain by it.
        ["jit"] = "off",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["lc_messages"] = "C",
        ["log_line_prefix"] = "%m [%p] %a@%d ",
    };

    /// <summary>Joins the defaults with the given settings and writes them as arguments for <c>postgres</c>, quoted for pg_ctl's shell.</summary>
    internal static string CommandLine(IReadOnlyDictionary<string, string> settings, int port)
    {
        var joined = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Defaults.Concat(settings))
        {
            if (!SettingName().IsMatch(name))
                throw new LocalPostgresException($"'{name}' is not the name of a PostgreSQL setting.");
            joined[name] = value;
        }

        joined["port"] = port.ToString(CultureInfo.InvariantCulture);
        return string.Join(' ', joined.Select(setting => "-c " + Quote($"{setting.Key}={setting.Value}")));
    }

    // pg_ctl hands its options to /bin/sh, on Windows to cmd.exe.
    private static string Quote(string argument) =>
        OperatingSystem.IsWindows() ? $"\"{argument.Replace("\"", "\\\"")}\"" : $"'{argument.Replace("'", "'\\''")}'";

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.]{0,99}\z")]
    private static partial Regex SettingName();
}
