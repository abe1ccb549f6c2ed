using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Web;

/// <summary>The one style sheet, inside each page, and the policy that lets a browser apply it and nothing else.</summary>
public static class Style
{
    /// <summary>The style sheet: text and line colours keep a contrast of at least 4.5 to 1, light and dark.</summary>
    public const string Sheet =
        """

        :root{color-scheme:light dark;--bg:#fff;--ink:#1a1a1a;--soft:#555b64;--line:#0b57d0;--grid:#d9dce1;
          --panel:#f5f6f8;--price:#8a1c00;--bad:#a50e0e;--badbg:#fdecea}
        @media(prefers-color-scheme:dark){:root{--bg:#16181c;--ink:#e8eaed;--soft:#a9b0ba;--line:#8ab4f8;--grid:#3a3f47;
          --panel:#20242a;--price:#ffb59a;--bad:#ffb4ab;--badbg:#3b1a17}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        header,main,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
        header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;padding-top:1rem;padding-bottom:.5rem;
          border-bottom:1px solid var(--grid)}
        header .name{font-weight:700;font-size:1.15rem;margin-right:auto}
        nav ul{display:flex;flex-wrap:wrap;gap:1rem;list-style:none;margin:0;padding:0}
        a{color:var(--line)}
        :is(a,button,input,summary,.scroll):focus-visible{outline:3px solid var(--line);outline-offset:2px}
        .skip{position:absolute;left:-99rem}
        .skip:focus{position:static}
        h1{font-size:1.7rem;line-height:1.25;margin:1.2rem 0 .3rem}
        h2{font-size:1.25rem;margin:2rem 0 .6rem}
        h3{font-size:1.05rem;margin:1.2rem 0 .3rem}
        .soft{color:var(--soft)}
        .text{white-space:pre-line;max-width:46rem}
        .words{list-style:none;margin:.2rem 0 0;padding:0;color:var(--price);font-weight:600}
        .products{list-style:none;margin:0;padding:0}
        .products>li{padding:.8rem 0;border-bottom:1px solid var(--grid)}
        .products h2{font-size:1.1rem;margin:0}
        form.asof{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:end;background:var(--panel);
          border:1px solid var(--grid);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}
        form.asof label{display:block;font-weight:600}
        form.asof .hint{flex-basis:100%;margin:0;color:var(--soft);font-size:.9rem}
        input,button{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--soft);border-radius:.35rem;
          padding:.35rem .6rem;min-height:2.5rem;max-width:100%}
        button{background:var(--line);border-color:var(--line);color:var(--bg);font-weight:600;cursor:pointer}
        .past{border-left:.35rem solid var(--line);background:var(--panel);padding:.6rem 1rem;margin:1rem 0}
        .wrong{border-left:.35rem solid var(--bad);background:var(--badbg);color:var(--bad);padding:.6rem 1rem;margin:1rem 0}
        .scroll{overflow-x:auto;margin-bottom:1rem}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--soft);padding:.25rem 0}
        th,td{text-align:left;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--grid);vertical-align:top}
        .num{text-align:right}
        td.num{white-space:nowrap}
        tbody tr:first-child .landed{font-weight:700;color:var(--price)}
        .chart{display:block;width:100%;height:auto;min-width:34rem;max-width:60rem}
        pre{background:var(--panel);border:1px solid var(--grid);border-radius:.5rem;padding:.75rem 1rem;overflow-x:auto}
        article{border-top:1px solid var(--grid);padding:.8rem 0}
        article h3{margin:0}
        meter{width:10rem;height:.9rem;vertical-align:middle}
        .histogram{width:auto}
        .histogram th,.histogram td{border:0;padding:.1rem .75rem .1rem 0}
        footer{padding-top:1.5rem;padding-bottom:2rem;color:var(--soft);font-size:.9rem}

        """ + StepChart.Rules;

    /// <summary>
    /// For the header Content-Security-Policy: this style sheet and forms to this site, nothing else. No script, no
    /// image, no font, no frame, no other site.
    /// </summary>
    public static string PagePolicy { get; } = Policy(Sheet, "form-action 'self'");

    /// <summary>The same for a chart sent on its own, which has a style sheet of its own and no form.</summary>
    public static string ChartPolicy { get; } = Policy(StepChart.StandaloneStyle, "form-action 'none'");

    private static string Policy(string sheet, string forms)
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(sheet)));
        return $"default-src 'none'; style-src 'sha256-{hash}'; {forms}; base-uri 'none'; frame-ancestors 'none'";
    }
}
