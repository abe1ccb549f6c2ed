using System.Text.Json;

namespace Marketplace.Domain;

/// <summary>Members of a value that its own converter reads are not as they must be. The framework's path ends at the value.</summary>
/// <param name="errors">Everything wrong, one at least; paths begin at the value.</param>
/// <param name="asFarAsRead">
/// The value with what could be read of it, or null: the rules still judge that, so that the caller is told of everything at once.
/// </param>
public sealed class JsonMemberException(IReadOnlyList<MemberError> errors, object? asFarAsRead) : JsonException(errors[0].Message)
{
    /// <summary>Everything wrong, one at least; paths begin at the value.</summary>
    public IReadOnlyList<MemberError> Errors { get; } = errors;

    /// <summary>The value with what could be read of it, or null.</summary>
    public object? AsFarAsRead { get; } = asFarAsRead;
}
