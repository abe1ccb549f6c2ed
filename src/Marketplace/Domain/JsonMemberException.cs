using System.Text.Json;

namespace Marketplace.Domain;

/// <summary>A member of a value that its own converter reads is not as it must be. The framework's path ends at the value.</summary>
/// <param name="member">The member's name as the caller sent it.</param>
/// <param name="message">What is wrong with it, as a sentence without its subject.</param>
public sealed class JsonMemberException(string member, string message) : JsonException(message)
{
    /// <summary>The member's name as the caller sent it.</summary>
    public string Member { get; } = member;
}
