using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Feeds.Lines;

/// <summary>
/// Reads the lines of feeds: one JSON object each, judged by the rules of the HTTP call that it stands for and in the same words. Everything
/// wrong with a line is told at once. Never throws, whatever the bytes. One serves all threads.
/// </summary>
public sealed class FeedLineReader
{
    /// <summary>The most bytes of a line, its end not counted.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly JsonReaderOptions Deep = new() { MaxDepth = MaxBytes };
    private readonly ObjectMembers _headMembers;
    private readonly LineOperation[] _operations;
    private readonly LineHead.Validator _headRules = new();

    /// <summary>A reader with the conventions of the HTTP contract.</summary>
    public FeedLineReader(IOptions<JsonOptions> json)
    {
        _headMembers = new ObjectMembers(typeof(LineHead), json.Value.SerializerOptions);
        _operations = LineOperation.All(_headMembers, json.Value.SerializerOptions);
    }

    /// <summary>Reads a line.</summary>
    /// <param name="utf8">Its bytes without the line feed; a carriage return at the end and a byte order mark at the beginning are passed over.</param>
    public FeedLine Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8["\uFEFF"u8.Length..];
        if (utf8.Trim(" \t\r"u8).IsEmpty) return Bad("is empty: a line holds one JSON object.");
        if (utf8.Length > MaxBytes) return Bad($"is longer than {MaxBytes} bytes.");

        var operation = OperationOf(utf8);
        var values = new object?[operation.Members.Count];
        var errors = new List<MemberError>();
        var whole = ObjectReading.TryRead(utf8, operation.Members, values, RequestShape.MaxDepth, errors);
        var head = (LineHead)_headMembers.Make(values.AsSpan(0, _headMembers.All.Count));
        // Of a line that breaks off nobody can tell what it leaves out.
        if (whole) JsonShape.AddRules(head, _headRules, errors);
        var body = whole ? operation.Body(values) : null;
        if (body is not null) operation.AddRules(body, errors);
        var command = errors.Count == 0 ? operation.Make(head, body) : null;
        return new FeedLine(Told(head.MessageId), Told(head.Sku), command, errors.Count == 0 ? [] : [.. errors.Select(LineError.Of)]);
    }

    // The first member of that name, as the reading takes it; mostly it is the first of all, and the rest of the line is not looked at.
    private LineOperation OperationOf(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Deep);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isOperation = ObjectReading.IsText(ref reader, "op"u8);
                reader.Read();
                if (isOperation) return Named(ref reader);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // The reading tells where.
        }
        return _operations[^1];
    }

    private LineOperation Named(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            for (var i = 0; i < _operations.Length - 1; i++)
                if (ObjectReading.IsText(ref reader, _operations[i].Utf8Word)) return _operations[i];
        return _operations[^1];
    }

    // What the results repeat: kept in the database and shown, so it is text, and no line's worth of it.
    private static string? Told(string? text) => text is { Length: <= LineHead.MaxMessageId } && Rules.IsStorable(text) ? text : null;

    private static FeedLine Bad(string message) => new(null, null, null, [new LineError(ErrorCodes.Malformed, "$", message)]);
}
