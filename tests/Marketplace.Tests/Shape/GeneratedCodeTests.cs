using System.Diagnostics;

namespace Marketplace.Tests.Shape;

/// <summary>The code that Wolverine makes of the endpoints is committed, for Release to compile: it must be that of the endpoints as they are.</summary>
public class GeneratedCodeTests
{
    private const string Folder = "Internal/Generated/WolverineHandlers";
    private const string Remedy = "Delete src/Marketplace/Internal/Generated and run: dotnet run --project src/Marketplace -- codegen write";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    // From its own folder: the command loads every assembly beside the program, and here those of the tests lie beside it.
    private static readonly string MarketplaceDll =
        Path.Combine(Repository.Root, "src/Marketplace", Path.GetRelativePath(Path.Combine(Repository.Root, "tests/Marketplace.Tests"), AppContext.BaseDirectory), "Marketplace.dll");

    [Fact]
    public async Task Committed_code_is_what_the_endpoints_generate()
    {
        var scratch = Directory.CreateTempSubdirectory("marketplace-codegen-").FullName;
        try
        {
            // The code is written below the working directory.
            await GenerateAsync(scratch);

            var generated = FilesIn(Path.Combine(scratch, Folder));
            var committed = FilesIn(Path.Combine(Repository.Root, "src/Marketplace", Folder));
            string[] stale =
            [
                .. generated.Keys.Except(committed.Keys).Select(name => $"{name} is missing"),
                .. committed.Keys.Except(generated.Keys).Select(name => $"{name} is superfluous"),
                .. committed.Keys.Intersect(generated.Keys).Where(name => committed[name] != generated[name]).Select(name => $"{name} differs"),
            ];

            Assert.NotEmpty(generated);
            Assert.True(stale.Length == 0, $"{string.Join("\n", stale.Order(StringComparer.Ordinal))}\n{Remedy}");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [Fact]
    public void Generated_code_names_no_machine_and_ends_lines_with_a_line_feed() =>
        Assert.All(FilesIn(Path.Combine(Repository.Root, "src/Marketplace", Folder)), file =>
        {
            Assert.DoesNotContain('\r', file.Value);
            Assert.DoesNotContain(Repository.Root, file.Value, StringComparison.Ordinal);
        });

    private static Dictionary<string, string> FilesIn(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllText) : [];

    private static async Task GenerateAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [MarketplaceDll, "codegen", "write"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var program = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var (output, error) = (program.StandardOutput.ReadToEndAsync(limit.Token), program.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await program.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!program.HasExited) program.Kill();
        }
        Assert.True(program.ExitCode == 0, $"codegen write ended with {program.ExitCode}: {await output}{await error}");
    }
}
