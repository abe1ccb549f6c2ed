using Marketplace.Domain;
using Marketplace.Offers;

namespace Marketplace.Feeds.Lines;

internal sealed record PutLine(string Sku, string? Reason, PostOffer Command) : LineCommand(LineOperation.Put, Sku, Reason)
{
    public override string? ProductId => Command.ProductId;

    public override Decision Decide(string sellerId, Offer? offer) => PostOfferEndpoint.Decide(Command, sellerId, Sku, offer);
}

internal sealed record PatchLine(string Sku, string? Reason, ReviseOffer Command) : LineCommand(LineOperation.Patch, Sku, Reason)
{
    public override Decision Decide(string sellerId, Offer? offer) => ReviseOfferEndpoint.Decide(Command, offer);
}

internal sealed record PauseLine(string Sku, string? Reason) : LineCommand(LineOperation.Pause, Sku, Reason)
{
    public override Decision Decide(string sellerId, Offer? offer) => PauseOfferEndpoint.Decide(offer);
}

internal sealed record ResumeLine(string Sku, string? Reason) : LineCommand(LineOperation.Resume, Sku, Reason)
{
    public override Decision Decide(string sellerId, Offer? offer) => ResumeOfferEndpoint.Decide(offer);
}

internal sealed record WithdrawLine(string Sku, string? Reason) : LineCommand(LineOperation.Withdraw, Sku, Reason)
{
    public override Decision Decide(string sellerId, Offer? offer) => WithdrawOfferEndpoint.Decide(offer);
}
