using System.Text.Json.Serialization;
using Marketplace.Feeds.Lines;

namespace Marketplace.Feeds;

/// <summary>What became of a line of a feed: a line of the answer.</summary>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="MessageId">The sender's own name for the line; left out without one.</param>
/// <param name="Sku">The line's sku; null where none could be read.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Version">The offer's version after it; left out when it was rejected.</param>
/// <param name="Position">The position of the offer's last event after it; left out when it was rejected.</param>
/// <param name="Errors">Everything wrong with it; left out when nothing is.</param>
public sealed record LineResult(
    int Line,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MessageId,
    string? Sku,
    LineOutcome Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Position,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LineError>? Errors);
