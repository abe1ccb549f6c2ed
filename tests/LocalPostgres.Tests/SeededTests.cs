using TestSupport;

namespace LocalPostgres.Tests;

public class SeededTests
{
    [Fact]
    public async Task A_failing_test_names_its_seed_and_the_folder_with_the_logs()
    {
        var drawn = 0;

        var error = await Assert.ThrowsAsync<SeededTestException>(() => Seeded.RunAsync(seed =>
        {
            drawn = seed;
            Seeded.Keep("server", "what it said");
            throw new InvalidOperationException("lost");
        }));

        Assert.Contains($"{Seeded.Variable}={drawn}: lost", error.Message);
        var folder = error.Message.Split("The logs are in ")[1];
        Assert.Equal("what it said", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(folder, "*server.log"))));
        Directory.Delete(folder, recursive: true);
    }
}
