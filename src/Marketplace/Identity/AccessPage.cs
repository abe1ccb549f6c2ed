using System.Text;
using Marketplace.Domain;

namespace Marketplace.Identity;

/// <summary>The table of access in words: docs/authorization.md, which a test compares with it.</summary>
public static class AccessPage
{
    /// <summary>Who may use a route, in a sentence.</summary>
    public static string Who(AccessRule rule) =>
        rule.IsOpen ? "Open to anyone." : $"May: {string.Join("; ", rule.Grants.Select(grant => $"`{Word.Of(grant.Role)}` ({grant.Whose})"))}.";

    /// <summary>The whole page, in Markdown.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder($"""
            # Who may do what

            Made from the table in `src/Marketplace/Identity/Access.cs`, by which requests are admitted; a test keeps the two alike.

            A caller shows who it is with a bearer token (a JSON Web Token) in the header `Authorization`, and nowhere else. Its claim `sub` says who,
            its claim `role` (a word, or an array of them) as what. A token may carry several roles; the first in a route's row that fits admits the
            caller, and what is recorded then carries `role:sub` as its actor. Roles that are not in this table are passed over.

            | answer | when |
            |---|---|
            | 401, with `WWW-Authenticate` | no token where one is needed; a token that is not valid, on any route, those open to anyone included |
            | 403 | the roles are not enough, or the resource belongs to another |
            | 503, with `Retry-After` | a token is needed and cannot be checked, because its issuer cannot be reached and its keys were never read |

            Beside the role that a write asks for, the cause `correction`, and with it an effective time, needs the role `operator`.

            | route | who may | whose |
            |---|---|---|

            """);
        foreach (var rule in Access.Rules)
        {
            if (rule.IsOpen) page.Append($"| `{rule.Method} {rule.Route}` | anyone | |\n");
            foreach (var (place, grant) in rule.Grants.Index())
                page.Append($"| {(place == 0 ? $"`{rule.Method} {rule.Route}`" : "or")} | `{Word.Of(grant.Role)}` | {grant.Whose} |\n");
        }
        return page.ToString().ReplaceLineEndings("\n");
    }
}
