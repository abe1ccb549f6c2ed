using System.Text.Json;

namespace Marketplace.Pricing;

/// <summary>
/// Reads the members of a JSON array one after another: the form in which a projection gets the rows it asks for, because a session's
/// queries have a single column. Instants are whole microseconds since 1970.
/// </summary>
public sealed class JsonRow
{
    private readonly JsonElement _array;
    private int _next;

    private JsonRow(JsonElement array) => _array = array;

    /// <summary>The row of an array's text.</summary>
    public static JsonRow Of(string text) => new(JsonElement.Parse(text));

    /// <summary>The next member, a string.</summary>
    public string Text() => _array[_next++].GetString()!;

    /// <summary>The next member, a whole number.</summary>
    public long Whole() => _array[_next++].GetInt64();

    /// <summary>The next member, an exact decimal.</summary>
    public decimal Amount() => _array[_next++].GetDecimal();

    /// <summary>The next member, a truth value.</summary>
    public bool Flag() => _array[_next++].GetBoolean();

    /// <summary>The next member, an instant.</summary>
    public DateTimeOffset Instant() => DateTimeOffset.UnixEpoch.AddTicks(Whole() * TimeSpan.TicksPerMicrosecond);

    /// <summary>Whether the next member is null; then it is passed over, and so are the <paramref name="more"/> that go with it.</summary>
    public bool SkipNull(int more = 0)
    {
        if (_array[_next].ValueKind != JsonValueKind.Null) return false;
        _next += 1 + more;
        return true;
    }
}
