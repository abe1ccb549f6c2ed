namespace Marketplace.Http;

/// <summary>
/// The statuses with which an endpoint refuses beyond those that all of its kind share (400, 429, 503; for writes 409 and 412; for bodies
/// 406, 408, 413 and 415), as problem details. The OpenAPI document says so.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RefusesAttribute(params int[] statuses) : Attribute
{
    /// <summary>The statuses.</summary>
    public IReadOnlyList<int> Statuses { get; } = statuses;
}
