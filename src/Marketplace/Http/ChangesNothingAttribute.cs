namespace Marketplace.Http;

/// <summary>Marks a read that is sent by POST because its question is too long for an address: it takes no idempotency key and heeds none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChangesNothingAttribute : Attribute;
