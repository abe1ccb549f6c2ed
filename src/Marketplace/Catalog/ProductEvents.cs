namespace Marketplace.Catalog;

// The names under which these events are stored (StoredEvents.cs) and their members are the storage format:
// never renamed, never removed, only added to.

/// <summary>A product was put into the catalogue. Stream <c>product/{productId}</c>.</summary>
public sealed record ProductListed(string ProductId, string Title, string? Author, string? Description);

/// <summary>The words on a product changed; all of them, as they now are.</summary>
public sealed record ProductRevised(string ProductId, string Title, string? Author, string? Description);
