namespace Marketplace.Tests.Shape;

/// <summary>The repository these tests were built from.</summary>
public static class Repository
{
    private static readonly string[] Built = ["bin", "obj", ".git", "node_modules"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The text files of some folders, by their path from the root with slashes; what a build made is left out.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string[] folders, params string[] extensions) =>
        from folder in folders
        from file in Walk(Path.Combine(Root, folder))
        where extensions.Contains(Path.GetExtension(file))
        select (Path.GetRelativePath(Root, file).Replace('\\', '/'), File.ReadAllText(file));

    /// <summary>The text of one file.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Concat(
                Directory.EnumerateDirectories(folder).Where(child => !Built.Contains(Path.GetFileName(child))).SelectMany(Walk))
            : [];

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Marketplace.sln")) ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests read the repository's sources and are run inside it."));
}
