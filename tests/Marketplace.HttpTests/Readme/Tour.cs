using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Marketplace.HttpTests.Readme;

/// <summary>The tour in the README: commands in <c>sh</c> blocks, each with its answer in the block behind it.</summary>
public static partial class Tour
{
    /// <summary>One step.</summary>
    /// <param name="Command">The words of a curl command.</param>
    /// <param name="Answer">What the README says comes back.</param>
    public sealed record Step(IReadOnlyList<string> Command, string Answer);

    /// <summary>The README's path, found upward from the tests.</summary>
    public static string Readme()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln"))) return Path.Combine(folder.FullName, "README.md");
        throw new InvalidOperationException("The tests do not run below the repository.");
    }

    /// <summary>The steps of the section <c>## A tour</c>.</summary>
    public static IReadOnlyList<Step> Steps(string readme)
    {
        var begin = readme.IndexOf("\n## A tour", StringComparison.Ordinal);
        var end = readme.IndexOf("\n## ", begin + 5, StringComparison.Ordinal);
        return [.. Pairs().Matches(readme[begin..end]).Select(pair => new Step(Words(pair.Groups[1].Value), pair.Groups[2].Value))];
    }

    /// <summary>The variables that the tour sets to what a command of the program prints: their names, and the command's arguments.</summary>
    public static IReadOnlyDictionary<string, string[]> Variables(string readme) =>
        Assignments().Matches(readme).ToDictionary(one => one.Groups[1].Value, one => one.Groups[2].Value.Split(' '));

    /// <summary>An answer with everything that differs from run to run masked: instants, ids made here, digests.</summary>
    public static string Masked(string text)
    {
        var masked = Digest().Replace(Hex().Replace(Uuid().Replace(Instant().Replace(text, "<instant>"), "<uuid>"), "<hex>"), "<digest>");
        try
        {
            return JsonNode.Parse(masked)!.ToJsonString();
        }
        catch (System.Text.Json.JsonException)
        {
            return string.Join('\n', masked.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).Trim();
        }
    }

    /// <summary>Where a new resource is, as the headers of an answer say; null without them.</summary>
    public static string? Location(string answer) => LocationHeader().Match(answer) is { Success: true } found ? found.Groups[1].Value : null;

    /// <summary>A URL with the id that an answer's location ends in, where it has an id of this kind.</summary>
    public static string WithId(string url, string location) => Uuid().Match(location) is { Success: true } id ? Uuid().Replace(url, id.Value) : url;

    // The little of a shell's grammar that the README uses: words, single and double quotes, a backslash before a line's end.
    private static List<string> Words(string command)
    {
        var (words, word, quote) = (new List<string>(), new StringBuilder(), '\0');
        var any = false;
        foreach (var c in command.Replace("\\\n", " ", StringComparison.Ordinal).Trim())
        {
            if (quote == '\0' && c is ('\'' or '"')) (quote, any) = (c, true);
            else if (c == quote) quote = '\0';
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (any) words.Add(word.ToString());
                word.Clear();
                any = false;
            }
            else
            {
                word.Append(c);
                any = true;
            }
        }
        if (any) words.Add(word.ToString());
        return words;
    }

    [GeneratedRegex(@"^([A-Z]+)=\$\(dotnet run --project src/Marketplace -- ([^)]*)\)$", RegexOptions.Multiline)]
    private static partial Regex Assignments();

    [GeneratedRegex("```sh\n(curl .*?)\n```\n+```[a-z]+\n(.*?)\n?```", RegexOptions.Singleline)]
    private static partial Regex Pairs();

    [GeneratedRegex("^Location: (.*)$", RegexOptions.Multiline)]
    private static partial Regex LocationHeader();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Instant();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex("\\b([0-9a-f]{32}|[0-9a-f]{16})\\b")]
    private static partial Regex Hex();

    [GeneratedRegex("(?<=\"\\d+-)[0-9a-f]{16}(?=\")")]
    private static partial Regex Digest();
}
