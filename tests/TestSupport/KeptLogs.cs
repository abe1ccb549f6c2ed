using System.Globalization;

namespace TestSupport;

/// <summary>What servers and programs of one test wrote, until it is known whether the test fails.</summary>
internal sealed class KeptLogs
{
    // The project's own folder for results, beside bin: three levels above where its tests run.
    private static readonly string Results = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "TestResults", "failed"));
    private readonly List<(string Name, string Text)> _logs = [];

    public void Add(string name, string text)
    {
        lock (_logs) _logs.Add((name, text));
    }

    /// <summary>Writes the logs into a folder, with the shared cluster's when one runs.</summary>
    /// <returns>The folder; null when there are none.</returns>
    public async Task<string?> WriteAsync(string test)
    {
        if (await TestCluster.LogAsync() is { } shared) Add("shared-cluster", shared);
        if (_logs.Count == 0) return null;
        var folder = Directory.CreateDirectory(Path.Combine(Results, test)).FullName;
        for (var i = 0; i < _logs.Count; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{i.ToString(CultureInfo.InvariantCulture)}-{_logs[i].Name}.log"), _logs[i].Text);
        return folder;
    }
}
