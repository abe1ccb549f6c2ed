using System.Text.RegularExpressions;

namespace Marketplace.Tests.Shape;

/// <summary>A slice uses another slice's events and nothing else of it. What puts the program together may use everything.</summary>
public partial class SliceBoundaryTests
{
    private static readonly string[] Slices = ["Catalog", "Offers", "Pricing", "Reviews", "Audit"];

    public static TheoryData<string> PresentSlices => [.. Present];

    private static IEnumerable<string> Present => Slices.Where(slice => SourcesOf(slice).Length > 0);

    [Theory]
    [MemberData(nameof(PresentSlices))]
    public void A_slice_uses_nothing_of_another_but_its_events(string slice)
    {
        var foreign = Present.Where(other => other != slice)
            .SelectMany(other => TypesOf(other).Except(EventsOf(other)).Select(type => (Slice: other, Type: type))).ToArray();
        var used =
            from file in SourcesOf(slice)
            let code = Comments().Replace(Strings().Replace(file.Text, "\"\""), "")
            from other in foreign
            where ReachesInto(code, other.Slice) && Regex.IsMatch(code, $@"(?<![\w.])({other.Slice}\.)?{other.Type}\b")
            select $"{file.Path} uses {other.Slice}.{other.Type}";

        Assert.Empty(used);
    }

    [Fact]
    public void What_slices_share_knows_none_of_them()
    {
        var used =
            from folder in new[] { "Domain", "Http", "Storage" }
            from file in SourcesOf(folder)
            where !file.Path.EndsWith("/StoredEvents.cs", StringComparison.Ordinal)
            from slice in Slices
            where ReachesInto(file.Text, slice)
            select $"{file.Path} uses {slice}";

        Assert.Empty(used);
    }

    [Fact]
    public void Words_of_the_domain_need_neither_database_nor_web()
    {
        var used =
            from file in SourcesOf("Domain")
            where Outside().IsMatch(file.Text)
            select file.Path;

        Assert.Empty(used);
    }

    private static bool ReachesInto(string code, string slice) =>
        Regex.IsMatch(code, $@"using (static )?Marketplace\.{slice}(\.\w+)*;") || Regex.IsMatch(code, $@"\b(Marketplace\.)?{slice}\.[A-Z]\w+");

    private static (string Path, string Text)[] SourcesOf(string folder) => [.. Repository.Files([$"src/Marketplace/{folder}"], ".cs")];

    private static HashSet<string> TypesOf(string slice) => [.. SourcesOf(slice).SelectMany(f => Types().Matches(f.Text)).Select(m => m.Groups[1].Value)];

    // A slice's events stand in its file of events, together with the values they are made of.
    private static HashSet<string> EventsOf(string slice) =>
        [.. SourcesOf(slice).Where(f => Path.GetFileName(f.Path).EndsWith("Events.cs", StringComparison.Ordinal))
            .SelectMany(f => Types().Matches(f.Text)).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(
        @"^public (?:sealed |static |abstract |readonly |partial )*(?:record struct|record|class|struct|interface|enum|delegate \w+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comments();

    [GeneratedRegex("\"\"\"(?s:.*?)\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex Strings();

    [GeneratedRegex(@"using (Npgsql|Marten|Wolverine|Microsoft\.AspNetCore|JasperFx)")]
    private static partial Regex Outside();
}
