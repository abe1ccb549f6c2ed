using System.Text.RegularExpressions;
using Marketplace.Storage;

namespace Marketplace.Tests.Shape;

/// <summary>A slice uses another slice's events and nothing else of it. What puts the program together may use everything.</summary>
public partial class SliceBoundaryTests
{
    private static readonly string[] Slices = ["Catalog", "Offers", "Pricing", "Reviews", "Audit"];

    public static TheoryData<string> AllSlices => [.. Slices];

    public static TheoryData<string> Shared => ["Domain", "Http", "Storage", "WritePath"];

    [Theory]
    [MemberData(nameof(AllSlices))]
    public void A_slice_uses_nothing_of_another_but_its_events(string slice)
    {
        var used =
            from type in TypesOf(slice)
            from foreign in UsedTypes.Of(type)
            let other = Slices.SingleOrDefault(other => other != slice && foreign.Namespace == $"Marketplace.{other}")
            where other is not null && !EventsOf(other).Contains(Outermost(foreign).Name)
            select $"{Outermost(type).Name} uses {foreign.FullName}";

        Assert.NotEmpty(TypesOf(slice));
        Assert.Empty(used.Distinct());
    }

    [Theory]
    [MemberData(nameof(Shared))]
    public void What_slices_share_knows_none_of_them(string shared)
    {
        var used =
            from type in TypesOf(shared)
            where Outermost(type) != typeof(StoredEvents)
            from foreign in UsedTypes.Of(type)
            where Slices.Any(slice => foreign.Namespace == $"Marketplace.{slice}")
            select $"{Outermost(type).Name} uses {foreign.FullName}";

        Assert.NotEmpty(TypesOf(shared));
        Assert.Empty(used.Distinct());
    }

    [Fact]
    public void Words_of_the_domain_need_neither_database_nor_web()
    {
        string[] outside = ["Npgsql", "Marten", "JasperFx", "Wolverine", "Microsoft.AspNetCore", "Marketplace.Http", "Marketplace.Storage"];
        var used =
            from type in TypesOf("Domain")
            from foreign in UsedTypes.Of(type)
            where outside.Any(name => foreign.Namespace is { } at && (at == name || at.StartsWith(name + ".", StringComparison.Ordinal)))
            select $"{Outermost(type).Name} uses {foreign.FullName}";

        Assert.Empty(used.Distinct());
    }

    private static Type[] TypesOf(string part) => [.. typeof(StoredEvents).Assembly.GetTypes().Where(type => type.Namespace == $"Marketplace.{part}")];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    // A slice's events stand in its file of events, together with the values they are made of.
    private static HashSet<string> EventsOf(string slice) =>
        [.. Repository.Files([$"src/Marketplace/{slice}"], ".cs").Where(f => f.Path.EndsWith($"/{slice.TrimEnd('s')}Events.cs") || f.Path.EndsWith("/ProductEvents.cs"))
            .SelectMany(f => Types().Matches(f.Text)).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^public (?:sealed |readonly )*(?:record struct|record|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();
}
