using System.Text;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Readme;

/// <summary>What the README shows is what the program answers.</summary>
public class TourTests
{
    [Fact]
    public async Task Every_answer_in_the_readmes_tour_is_the_real_one()
    {
        var readme = (await File.ReadAllTextAsync(Tour.Readme())).ReplaceLineEndings("\n");
        var steps = Tour.Steps(readme);
        Assert.True(steps.Count >= 8, $"Only {steps.Count} steps were found in the tour.");
        // As the reader does: nothing configured, the tokens from the command, and no other.
        var folder = Path.Combine(Path.GetTempPath(), "marketplace-tour-" + Guid.NewGuid().ToString("N")[..8]);
        (string, string)[] environment = [("MARKETPLACE_DATA", folder), ("Authentication__DevelopmentKeyFile", "")];
        try
        {
            await using var program = await RunningProgram.StartAsync(environment);
            using var client = new HttpClient { BaseAddress = program.Client.BaseAddress, Timeout = TimeSpan.FromSeconds(60) };
            var variables = new Dictionary<string, string>();
            foreach (var (name, arguments) in Tour.Variables(readme))
                variables[$"${name}"] = (await ProgramCommand.RunAsync(arguments, environment)).Output.Trim();
            Assert.All(variables, variable => Assert.NotEmpty(variable.Value));
            await AnswersAsync(client, steps, variables);
            // It stops the server that it has started, which nobody else would.
            Assert.Equal(0, (await program.TerminateAsync()).ExitCode);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AnswersAsync(HttpClient client, IReadOnlyList<Tour.Step> steps, Dictionary<string, string> variables)
    {
        string? location = null;
        foreach (var step in steps)
        {
            IReadOnlyList<string> command = [.. step.Command.Select(word => WithId(variables.GetValueOrDefault(word, word), location))];
            await FeedsAreDoneAsync(client, command);
            var answer = await SendAsync(client, command);
            if (Tour.Location(answer) is { } made) location = made;
            Assert.True(Tour.Masked(step.Answer) == Tour.Masked(answer), $"{string.Join(' ', step.Command)}\n\nThe README says:\n{step.Answer}\n\nThe program says:\n{answer}");
        }
    }

    // As the reader does: the id that the README was given becomes the one that was given here.
    private static string WithId(string word, string? location) =>
        location is not null && word.StartsWith("http", StringComparison.Ordinal) ? Tour.WithId(word, location) : word;

    // A reader takes longer to type the next command than a feed of two lines takes.
    private static async Task FeedsAreDoneAsync(HttpClient client, IReadOnlyList<string> command)
    {
        if (!command[^1].Contains("/feeds/", StringComparison.Ordinal)) return;
        var feed = command[^1].Replace("/results", "", StringComparison.Ordinal);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!(await SendAsync(client, [.. command.SkipLast(1), feed])).Contains("\"done\"", StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < MarketplaceFixture.Patience, $"{feed} is not done.");
            await Task.Delay(50);
        }
    }

    private static async Task<string> SendAsync(HttpClient client, IReadOnlyList<string> curl)
    {
        using var request = new HttpRequestMessage();
        var withHeaders = false;
        for (var i = 1; i < curl.Count; i++)
        {
            switch (curl[i])
            {
                case "-s" or "-sS":
                    break;
                case "-i":
                    withHeaders = true;
                    break;
                case "--oauth2-bearer":
                    request.Headers.Authorization = new("Bearer", curl[++i]);
                    break;
                case "-X":
                    request.Method = new HttpMethod(curl[++i]);
                    break;
                case "-H":
                    var header = curl[++i].Split(": ", 2);
                    if (header[0].Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) request.Content = new ByteArrayContent([]) { Headers = { { "Content-Type", header[1] } } };
                    else request.Headers.Add(header[0], header[1]);
                    break;
                case "-d" or "--json":
                    var json = curl[i] == "--json";
                    if (request.Method == HttpMethod.Get) request.Method = HttpMethod.Post;
                    var type = json ? "application/json" : request.Content?.Headers.ContentType?.MediaType ?? "application/x-www-form-urlencoded";
                    request.Content = new StringContent(curl[++i], Encoding.UTF8, type);
                    break;
                default:
                    request.RequestUri = new Uri(client.BaseAddress!, new Uri(curl[i]).PathAndQuery);
                    break;
            }
        }
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (!withHeaders) return body;
        var shown = response.Headers.Concat(response.Content.Headers).Where(h => h.Key is "ETag" or "Location" or "Marketplace-Position").OrderBy(h => h.Key, StringComparer.Ordinal);
        return $"HTTP/1.1 {(int)response.StatusCode} {response.ReasonPhrase}\n{string.Concat(shown.Select(h => $"{h.Key}: {string.Join(", ", h.Value)}\n"))}";
    }
}
