namespace Marketplace.Idempotency;

/// <summary>What is stored of the first request with a key: either a receipt or the answer itself.</summary>
/// <param name="Fingerprint">SHA-256 of that request.</param>
/// <param name="Receipt">What it recorded, or null when it recorded nothing.</param>
/// <param name="Answer">Its answer, or null when there is a receipt.</param>
public sealed record StoredKey(byte[] Fingerprint, Receipt? Receipt, KeptAnswer? Answer);
