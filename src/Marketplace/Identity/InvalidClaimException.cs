namespace Marketplace.Identity;

/// <summary>A token that is validly signed lacks what every token must say; the message is fit for its bearer.</summary>
public sealed class InvalidClaimException(string message) : Exception(message);
