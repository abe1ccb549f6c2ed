using System.Text.RegularExpressions;

namespace Marketplace.Tests.Shape;

/// <summary>What every source of the repository keeps to. A failure names file and line.</summary>
public partial class TidinessTests
{
    private const int MostLines = 300;
    private const int LongestLine = 160;
    private const string Verbs = "select|insert|update|delete|with|create|alter|set|copy|notify|truncate";
    private static readonly (string Path, string Text)[] Sources =
        [.. Repository.Files(["src", "tests", "ops"], ".cs", ".sql", ".csproj", ".json", ".sh", ".yml", ".yaml")
            .Where(file => !file.Path.EndsWith("packages.lock.json", StringComparison.Ordinal) && !file.Path.Contains("/Internal/Generated/"))];

    private static readonly (string Path, string Text)[] Code =
        [.. Sources.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))];

    private static readonly (string Path, string Text)[] Product = [.. Code.Where(file => !file.Path.StartsWith("tests/", StringComparison.Ordinal))];

    [Fact]
    public void There_is_something_to_look_at() => Assert.True(Product.Length > 100 && Code.Length > Product.Length, $"{Code.Length} files found.");

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        None(from file in Product let lines = file.Text.Count(c => c == '\n') where lines > MostLines select $"{file.Path} has {lines} lines");

    [Fact]
    public void No_line_is_longer_than_160_characters() =>
        None(Lines(Product.Concat(Scripts).Select(file => (file.Path, WithoutTexts(file.Text))), line => line.Length > LongestLine));

    [Fact]
    public void Lines_end_with_a_line_feed_and_nothing_before_it() =>
        None(from file in Sources
            where file.Text.Contains('\r') || !file.Text.EndsWith('\n') || file.Text.EndsWith("\n\n", StringComparison.Ordinal) || Trailing().IsMatch(file.Text)
            select file.Path);

    [Fact]
    public void There_are_no_tabs_and_no_byte_order_marks() => None(Lines(Sources, line => line.Contains('\t') || line.Contains('\uFEFF')));

    [Fact]
    public void Nothing_is_left_for_later() => None(Lines(Sources, line => Later().IsMatch(line)));

    [Fact]
    public void No_code_is_commented_out() => None(Lines(Code, line => CommentedOut().IsMatch(line)));

    [Fact]
    public void No_clock_is_read_past_the_time_provider() => None(Lines(Product, line => Clock().IsMatch(line)));

    [Fact]
    public void No_path_of_one_machine_is_written_down() =>
        None(Lines(Sources.Where(file => Path.GetFileName(file.Path) != "TidinessTests.cs"), line => MachinePath().IsMatch(line)));

    [Fact]
    public void No_build_switches_sources_on_or_off() => None(Lines(Code, line => line.StartsWith("#if", StringComparison.Ordinal)));

    [Fact]
    public void Every_script_holds_one_object_with_what_hangs_on_it_and_is_named_after_it()
    {
        Assert.NotEmpty(Scripts);
        None(from script in Scripts
            let name = Numbered().Replace(Path.GetFileNameWithoutExtension(script.Path), "")
            let objects = Creates().Matches(script.Text).Select(m => m.Groups[1].Value).Distinct().ToArray()
            where objects is not [var only] || only != name
            select $"{script.Path} creates {string.Join(", ", objects)}");
    }

    [Fact]
    public void Statements_are_put_together_from_constants_alone() =>
        None(from file in Product
            where file.Path.StartsWith("src/Marketplace/", StringComparison.Ordinal)
            from sql in InterpolatedSql().Matches(file.Text)
            from hole in Hole().Matches(sql.Value)
            where !ConstantName().IsMatch(hole.Groups[1].Value) && !IsNumber(file.Text, hole.Groups[1].Value)
            select $"{file.Path}: {hole.Value} in {sql.Value[..Math.Min(60, sql.Value.Length)]}");

    // A number is no text that could carry a statement.
    private static bool IsNumber(string code, string name) => Regex.IsMatch(code, $@"\b(int|long|short)\s+{Regex.Escape(name)}\b");

    private static (string Path, string Text)[] Scripts => [.. Sources.Where(file => file.Path.EndsWith(".sql", StringComparison.Ordinal))];

    private static IEnumerable<string> Lines(IEnumerable<(string Path, string Text)> files, Func<string, bool> isWrong) =>
        from file in files
        from line in file.Text.Split('\n').Select((text, i) => (Text: text, Number: i + 1))
        where isWrong(line.Text)
        select $"{file.Path}:{line.Number}: {line.Text.Trim()[..Math.Min(80, line.Text.Trim().Length)]}";

    private static void None(IEnumerable<string> findings)
    {
        var found = findings.ToArray();
        Assert.True(found.Length == 0, string.Join('\n', found.Prepend($"{found.Length} found:")));
    }

    // Texts are counted out: HTML, SQL and JSON keep their own line ends, and a message is easier to search for in one piece.
    private static string WithoutTexts(string code) => Quoted().Replace(RawText().Replace(code, Breaks), "\"\"");

    private static string Breaks(Match raw) => new('\n', raw.Value.Count(c => c == '\n'));

    [GeneratedRegex("\"\"\"(?s:.*?)\"\"\"")]
    private static partial Regex RawText();

    [GeneratedRegex("\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[ \t]\n")]
    private static partial Regex Trailing();

    // Spelled in two halves, so that this file may be looked at too.
    [GeneratedRegex("\\b(TO" + "DO|FIX" + "ME|HA" + "CK|XX" + "X:)\\b")]
    private static partial Regex Later();

    [GeneratedRegex(@"^\s*//(?!/)\s?.*(;|\{|\}|=>)\s*$")]
    private static partial Regex CommentedOut();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b")]
    private static partial Regex Clock();

    [GeneratedRegex("""["' =(](/tmp/|/home/(?!linuxbrew/)|/root/|/Users/|[A-Z]:\\\\)""")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"^(\d+_)?")]
    private static partial Regex Numbered();

    // Indexes, triggers and a table's own sequence hang on an object.
    [GeneratedRegex(
        @"^\s*create\s+(?:or\s+replace\s+)?(?:unlogged\s+)?(?:table|function|procedure|view|materialized\s+view|type)\s+"
        + @"(?:if\s+not\s+exists\s+)?(?:\w+\.|\{\w+\}\.)?(\w+)",
        RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Creates();

    // An interpolated string that begins like a statement, raw or plain.
    [GeneratedRegex("\\$(\"\"\"(?:\\s*(?:" + Verbs + ")\\b)(?s:.*?)\"\"\"|\"(?:\\(?(?:" + Verbs + ") )[^\"]*\")")]
    private static partial Regex InterpolatedSql();

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Hole();

    // Constants and members of types begin in upper case; what a caller sent is a parameter or a local.
    [GeneratedRegex("""^(string\.Join\(|[A-Z])""")]
    private static partial Regex ConstantName();
}
