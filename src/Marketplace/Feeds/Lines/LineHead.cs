using FluentValidation;
using Marketplace.Domain;
using Marketplace.Http;

namespace Marketplace.Feeds.Lines;

/// <summary>The members that every line has, whatever it asks for.</summary>
/// <param name="Op">Which call.</param>
/// <param name="Sku">The offer, among the seller's.</param>
/// <param name="MessageId">The seller's own name of the line, at most 100 characters.</param>
/// <param name="Reason">Why, in the seller's words, at most 500 characters: what the HTTP calls without a body take from a header.</param>
internal sealed record LineHead(string? Op, string? Sku, string? MessageId, string? Reason)
{
    /// <summary>The most characters of a message id; of a sku that is none, too, for it to be told in the result.</summary>
    public const int MaxMessageId = 100;

    /// <summary>The shape of the head.</summary>
    public sealed class Validator : AbstractValidator<LineHead>
    {
        private static readonly string Operations = $"{string.Join(", ", LineOperation.Words.SkipLast(1))} or {LineOperation.Words[^1]}";

        /// <summary>Lays down the rules.</summary>
        public Validator()
        {
            RuleFor(x => x.Op).NotNull().WithErrorCode(ErrorCodes.Missing).WithMessage($"is required: {Operations}.");
            RuleFor(x => x.Op).Must(op => op is null || LineOperation.Words.Contains(op)).WithMessage($"must be {Operations}, in exactly this spelling.");
            RuleFor(x => x.Sku).Cascade(CascadeMode.Stop).IsThere().IsId();
            RuleFor(x => x.MessageId).IsText(0, MaxMessageId);
            RuleFor(x => x.Reason).IsReason();
        }
    }
}
