using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Marketplace.Web;

/// <summary>
/// Markup that is safe to send. It is only made from literal text of this program, in which every hole is encoded:
/// <c>Html.Of($"&lt;p&gt;{title}&lt;/p&gt;")</c>. A hole is left as it is only when it is <see cref="Html"/> itself.
/// Holes stand in text or in quoted attribute values, never in a tag's or an attribute's name, a script or a style.
/// </summary>
public readonly struct Html
{
    private readonly string? markup;

    private Html(string markup) => this.markup = markup;

    /// <summary>No markup at all.</summary>
    public static Html Empty => default;

    /// <summary>The markup of an interpolated string whose holes have been encoded.</summary>
    public static Html Of(ref Builder builder) => new(builder.ToString());

    /// <summary>Markup written out in this program. The compiler refuses anything but a constant.</summary>
    public static Html Constant([ConstantExpected] string markup) => new(markup);

    /// <summary>Every part, one after another.</summary>
    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.markup)));

    /// <summary>The markup when there is something to show, otherwise nothing.</summary>
    public static Html When(bool shown, Func<Html> markup) => shown ? markup() : Empty;

    /// <summary>The markup as text, for the response.</summary>
    public override string ToString() => markup ?? "";

    /// <summary>What the compiler calls for an interpolated string: literals are kept, holes encoded.</summary>
    [InterpolatedStringHandler]
    public ref struct Builder
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
        private readonly StringBuilder text;

        /// <summary>Called by the compiler with the sizes of the interpolated string.</summary>
        public Builder(int literalLength, int formattedCount) => text = new StringBuilder(literalLength + formattedCount * 16);

        /// <summary>Text of the program: markup.</summary>
        public readonly void AppendLiteral(string literal) => text.Append(literal);

        /// <summary>Markup made earlier.</summary>
        public readonly void AppendFormatted(Html html) => text.Append(html.markup);

        /// <summary>Pieces of markup made earlier.</summary>
        public readonly void AppendFormatted(IEnumerable<Html> parts)
        {
            foreach (var part in parts)
                text.Append(part.markup);
        }

        /// <summary>Anything else: written culture-independently, then encoded.</summary>
        public readonly void AppendFormatted<T>(T value, string? format = null) =>
            text.Append(Encoder.Encode(value is IFormattable formattable
                ? formattable.ToString(format, CultureInfo.InvariantCulture)
                : value?.ToString() ?? ""));

        /// <summary>The markup so far.</summary>
        public override readonly string ToString() => text.ToString();
    }
}
