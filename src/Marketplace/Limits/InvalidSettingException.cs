namespace Marketplace.Limits;

/// <summary>A setting that the program cannot run with. The message is a sentence for whoever set it.</summary>
public sealed class InvalidSettingException(string message) : Exception(message);
