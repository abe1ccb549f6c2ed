using Marketplace.Identity;
using Marketplace.Tests.Shape;

namespace Marketplace.Tests.Identity;

public class AccessPageTests
{
    private const string Page = "docs/authorization.md";
    private const string Write = "MARKETPLACE_WRITE_DOCS";

    [Fact]
    public void The_page_in_the_docs_is_the_table()
    {
        var path = Path.Combine(Repository.Root, Page);
        if (Environment.GetEnvironmentVariable(Write) == "1") File.WriteAllText(path, AccessPage.Markdown());
        Assert.True(File.Exists(path) && File.ReadAllText(path) == AccessPage.Markdown(),
            $"{Page} differs from the table of access. Make it anew: {Write}=1 dotnet test tests/Marketplace.Tests --filter {nameof(AccessPageTests)}");
    }

    [Fact]
    public void Every_row_is_on_the_page() =>
        Assert.All(Access.Rules, rule => Assert.Contains($"`{rule.Method} {rule.Route}`", AccessPage.Markdown(), StringComparison.Ordinal));
}
