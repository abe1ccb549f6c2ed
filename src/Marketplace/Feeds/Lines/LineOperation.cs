using System.Text;
using System.Text.Json;
using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.Offers;

namespace Marketplace.Feeds.Lines;

/// <summary>What a line of one operation may contain, and the command it becomes.</summary>
internal sealed class LineOperation
{
    internal const string Put = "put";
    internal const string Patch = "patch";
    internal const string Pause = "pause";
    internal const string Resume = "resume";
    internal const string Withdraw = "withdraw";

    internal static readonly string[] Words = [Put, Patch, Pause, Resume, Withdraw];

    private readonly ObjectMembers? _body;
    private readonly int[] _places = [];
    private readonly Action<object, List<MemberError>>? _addRules;
    private readonly Func<LineHead, object?, LineCommand>? _make;

    private LineOperation(
        string word, ObjectMembers head, ObjectMembers? body, Action<object, List<MemberError>>? addRules, Func<LineHead, object?, LineCommand> make)
    {
        (Utf8Word, _body, _addRules, _make) = (Encoding.UTF8.GetBytes(word), body, addRules, make);
        // What the head reads, the body's part of the same name need not: a patch's reason.
        var own = body?.All.Where(member => head.All.All(other => other.Name != member.Name)).ToArray() ?? [];
        Members = [.. head.All, .. own];
        if (body is not null) _places = [.. body.All.Select(member => Array.IndexOf(own, member) is var at and >= 0 ? head.All.Count + at : -1)];
    }

    private LineOperation(ObjectMembers head, IEnumerable<LineOperation> all)
    {
        Utf8Word = [];
        var others = all.SelectMany(operation => operation.Members.Skip(head.All.Count)).Select(member => member.Name).Distinct();
        Members = [.. head.All, .. others.Select(name => new ObjectMembers.Member(name, null))];
    }

    /// <summary>The word of the operation.</summary>
    internal byte[] Utf8Word { get; }

    /// <summary>The members of the line: the head's, then the body's.</summary>
    internal IReadOnlyList<ObjectMembers.Member> Members { get; }

    /// <summary>All operations, and last what stands for a line whose operation cannot be told: every member of any is known to it.</summary>
    internal static LineOperation[] All(ObjectMembers head, JsonSerializerOptions json)
    {
        LineOperation[] operations =
        [
            With<ReviseOffer>(Patch, new ReviseOffer.Validator(), (h, body) => new PatchLine(h.Sku!, h.Reason, body)),
            With<PostOffer>(Put, new PostOffer.Validator(), (h, body) => new PutLine(h.Sku!, h.Reason, body)),
            new(Pause, head, null, null, (h, _) => new PauseLine(h.Sku!, h.Reason)),
            new(Resume, head, null, null, (h, _) => new ResumeLine(h.Sku!, h.Reason)),
            new(Withdraw, head, null, null, (h, _) => new WithdrawLine(h.Sku!, h.Reason)),
        ];
        return [.. operations, new LineOperation(head, operations)];

        LineOperation With<T>(string word, IValidator<T> rules, Func<LineHead, T, LineCommand> make) where T : class =>
            new(word, head, new ObjectMembers(typeof(T), json), (body, errors) => JsonShape.AddRules((T)body, rules, errors), (h, body) => make(h, (T)body!));
    }

    /// <summary>The body made of the values of <see cref="Members"/>, or null when the operation has none.</summary>
    internal object? Body(ReadOnlySpan<object?> values)
    {
        if (_body is null) return null;
        var own = new object?[_places.Length];
        for (var i = 0; i < own.Length; i++) own[i] = _places[i] < 0 ? null : values[_places[i]];
        return _body.Make(own);
    }

    /// <summary>What the body's rules say to it.</summary>
    internal void AddRules(object body, List<MemberError> errors) => _addRules!(body, errors);

    /// <summary>The command of a line without errors, whose operation therefore is known.</summary>
    internal LineCommand Make(LineHead head, object? body) => _make!(head, body);
}
