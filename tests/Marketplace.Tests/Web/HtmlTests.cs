using Marketplace.Web;

namespace Marketplace.Tests.Web;

public class HtmlTests
{
    private const string Hostile = "<script>alert('1')</script>\"&";

    [Fact]
    public void Every_hole_is_encoded() =>
        Assert.Equal(
            "<p title=\"&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&quot;&amp;\">é 12.50</p>",
            Html.Of($"<p title=\"{Hostile}\">{"é"} {12.5m:0.00}</p>").ToString());

    [Fact]
    public void Markup_inside_markup_is_kept() =>
        Assert.Equal(
            "<ul><li>&lt;b&gt;</li><li>2</li></ul>",
            Html.Of($"<ul>{new[] { "<b>", "2" }.Select(x => Html.Of($"<li>{x}</li>"))}</ul>").ToString());

    [Fact]
    public void Nothing_is_nothing() =>
        Assert.Equal("<p></p>", Html.Of($"<p>{(string?)null}{Html.Empty}{Html.When(false, () => Html.Constant("<b>"))}</p>").ToString());
}
