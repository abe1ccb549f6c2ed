using System.Globalization;

namespace Marketplace.Benchmarks.Processes;

/// <summary>CPU seconds, user and system together, from <c>/proc</c>; 0 where there is none.</summary>
internal static class CpuTime
{
    // The unit of /proc/<pid>/stat on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static double OfThisProcess() => Environment.CpuUsage.TotalTime.TotalSeconds;

    public static double Of(int processId) => Read(processId) is { } stat ? stat.Own / TicksPerSecond : 0;

    /// <summary>A process with its children, those that have ended included.</summary>
    public static double OfFamily(int processId)
    {
        if (processId == 0 || Read(processId) is not { } parent)
            return 0;
        var ticks = parent.Own + parent.EndedChildren;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Read(id) is { } stat && stat.Parent == processId)
                ticks += stat.Own;
        }

        return ticks / TicksPerSecond;
    }

    private static (int Parent, long Own, long EndedChildren)? Read(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            // The program's name, in parentheses, may hold anything; behind it come numbers, the first of which is the third field.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return ((int)Field(4), Field(14) + Field(15), Field(16) + Field(17));

            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended, or this is no Linux.
            return null;
        }
    }
}
