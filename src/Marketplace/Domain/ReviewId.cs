namespace Marketplace.Domain;

/// <summary>
/// A review's id, <c>{productId}~{reviewerId}</c>: one per product and reviewer, so that a retry cannot make a second one. Ids contain no
/// tilde, so the text reads in one way only.
/// </summary>
/// <param name="ProductId">The product reviewed.</param>
/// <param name="ReviewerId">Who reviews.</param>
public readonly record struct ReviewId(string ProductId, string ReviewerId)
{
    /// <summary>The rule in words, for error texts.</summary>
    public const string Rule = "must be {productId}~{reviewerId}; each of the two " + Id.Rule;

    /// <summary>The stream's key.</summary>
    public string Key => StreamKeys.Review(ProductId, ReviewerId);

    /// <summary>The id that a text names, or null when it names none.</summary>
    public static ReviewId? Read(string? text)
    {
        if (text?.IndexOf('~') is not (> 0 and { } tilde)) return null;
        var id = new ReviewId(text[..tilde], text[(tilde + 1)..]);
        return Id.IsValid(id.ProductId) && Id.IsValid(id.ReviewerId) ? id : null;
    }

    /// <inheritdoc />
    public override string ToString() => $"{ProductId}~{ReviewerId}";
}
