using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Domain;
using Marketplace.Feeds.Lines;
using Marketplace.Tests.Shape;

namespace Marketplace.Tests.Feeds;

/// <summary>What docs/feed-lines.md says of lines is so.</summary>
public partial class DocumentedLineTests
{
    private static readonly string Page = Repository.Read("docs/feed-lines.md");

    [Fact]
    public void Its_examples_are_good_lines()
    {
        var lines = Example().Match(Page).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Empty(Lines.Errors(line)));
    }

    [Fact]
    public void It_lists_every_code_that_a_line_alone_can_have() =>
        Assert.Equal(ErrorCodes.All, Codes().Matches(Page.Split("told by the line alone")[0].Split("## Errors")[1]).Select(m => m.Groups[1].Value).Skip(1));

    [Fact]
    public void It_lists_the_members_of_every_operation()
    {
        var rows = Rows().Matches(Page.Split("## Errors")[0]).Select(m => (m.Groups[1].Value, m.Groups[2].Value)).Skip(1).ToArray();
        Assert.Equal(4, rows.Length);
        foreach (var (ops, members) in rows)
            foreach (var op in Words().Matches(ops).Select(m => m.Groups[1].Value))
            {
                var listed = Words().Matches(members).Select(m => m.Groups[1].Value.TrimEnd('?')).Where(name => name != "null").ToArray();
                var line = $$"""{"op":"{{op}}","sku":"a",{{string.Join(',', Every.Select(name => $"\"{name}\":[]"))}}}""";
                var unknown = Lines.Read(line).Errors.Where(e => e.Code == ErrorCodes.UnknownMember).Select(e => e.Path);
                Assert.Equal(Every.Except(listed), unknown);
            }
    }

    [Fact]
    public void It_states_the_limits()
    {
        Assert.Contains($"more than {FeedLineReader.MaxBytes.ToString("N0", CultureInfo.InvariantCulture)} bytes", Page, StringComparison.Ordinal);
        Assert.Contains("at most 100 characters, repeated in its result", Page, StringComparison.Ordinal);
    }

    private static readonly string[] Every = ["productId", "listingType", "condition", "conditionNote", "price", "shipping", "quantity"];

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^\| `([a-z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Codes();

    [GeneratedRegex(@"^\| (`[a-z`, ]+`) \| [^|]*\| ([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("`([A-Za-z?]+)`")]
    private static partial Regex Words();
}
