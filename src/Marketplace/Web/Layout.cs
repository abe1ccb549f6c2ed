namespace Marketplace.Web;

/// <summary>What all pages have in common.</summary>
public static class Layout
{
    /// <summary>A whole page: head, navigation, content, foot.</summary>
    /// <param name="title">For the window and the history; not markup.</param>
    /// <param name="main">The content, beginning with its only first heading.</param>
    /// <param name="foot">What the page says about itself.</param>
    public static Html Page(string title, Html main, Html foot) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title}</title>
        {Html.Constant($"<style>{Style.Sheet}</style>")}
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <span class="name">Marketplace</span>
        <nav aria-label="Main"><ul>
        <li><a href="/">Products</a></li>
        <li><a href="/swagger">Try the API</a></li>
        <li><a href="/openapi/v1.json">OpenAPI document</a></li>
        <li><a href="/health/ready">Health</a></li>
        </ul></nav>
        </header>
        <main id="main">
        {main}
        </main>
        <footer>{foot}</footer>
        </body>
        </html>

        """);

    /// <summary>The field that takes the reader to a past instant of the same page, and what it shows right now.</summary>
    /// <param name="path">The page, without its query.</param>
    /// <param name="asOf">What was asked for.</param>
    public static Html AsOfField(string path, AsOf asOf) => Html.Of($"""
        <form class="asof" method="get" action="{path}">
        <div><label for="asOf">As of (UTC)</label>
        <input type="datetime-local" id="asOf" name="asOf" step="any" value="{(asOf.At is { } at ? InstantText.Field(at) : "")}"
         aria-describedby="asOf-hint"{(asOf.Wrong is null ? Html.Empty : Html.Constant(" aria-invalid=\"true\""))}></div>
        <button>Show</button>
        <p class="hint" id="asOf-hint">Shows everything on this page as it stood at that instant. Empty: now.</p>
        </form>
        {Shown(path, asOf)}
        """);

    /// <summary>A page that has nothing to show but a sentence: not found, not understood.</summary>
    public static Html Message(string heading, string sentence) => Page(
        heading,
        Html.Of($"""
            <h1>{heading}</h1>
            <p>{sentence}</p>
            <p><a href="/">All products</a></p>
            """),
        Html.Empty);

    private static Html Shown(string path, AsOf asOf) => asOf switch
    {
        { Wrong: { } wrong } => Html.Of($"<p class=\"wrong\" role=\"alert\"><strong>As of “{asOf.Text}”:</strong> {wrong}</p>"),
        { At: { } at } => Html.Of($"""
            <p class="past">You are looking at the past: as of
            <strong><time datetime="{InstantText.Iso(at)}">{InstantText.Of(at)}</time></strong>.
            <a href="{path}">Back to now</a></p>
            """),
        _ => Html.Empty,
    };
}
