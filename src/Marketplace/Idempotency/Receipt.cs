namespace Marketplace.Idempotency;

/// <summary>
/// What a keyed request recorded, written in the transaction of the record itself: enough to make its answer anew, byte for byte, at any
/// later time.
/// </summary>
/// <param name="Resource">The stream's key, or whatever else names what came of the request.</param>
/// <param name="Version">The stream's version after the request; 0 where the resource has none.</param>
/// <param name="Created">Whether the request began the resource.</param>
public sealed record Receipt(string Resource, long Version, bool Created);
