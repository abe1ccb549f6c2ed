namespace DevelopmentIssuer;

/// <summary>The development key cannot be had; the message is for people, says why and what to do, and holds nothing of the key.</summary>
public sealed class DevelopmentKeyException(string message, Exception? inner = null) : Exception(message, inner);
