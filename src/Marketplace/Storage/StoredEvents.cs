using Marketplace.Catalog;
using Marketplace.Offers;
using Marketplace.Reviews;
using Marten;

namespace Marketplace.Storage;

/// <summary>
/// The names under which events are stored. They are the storage format: a name, once released, is never changed and never reused;
/// new ones are only added. A test pins every name and the JSON of an example of each.
/// </summary>
public static class StoredEvents
{
    /// <summary>Tells the event store every event type by its stored name.</summary>
    public static void Map(StoreOptions store)
    {
        var events = store.Events;
        events.MapEventType<ProductListed>("product_listed");
        events.MapEventType<ProductRevised>("product_revised");
        events.MapEventType<OfferPosted>("offer_posted");
        events.MapEventType<OfferRepriced>("offer_repriced");
        events.MapEventType<OfferRestocked>("offer_restocked");
        events.MapEventType<OfferConditionRevised>("offer_condition_revised");
        events.MapEventType<OfferPaused>("offer_paused");
        events.MapEventType<OfferResumed>("offer_resumed");
        events.MapEventType<OfferWithdrawn>("offer_withdrawn");
        events.MapEventType<OfferReposted>("offer_reposted");
        events.MapEventType<ReviewSubmitted>("review_submitted");
        events.MapEventType<ReviewRevised>("review_revised");
        events.MapEventType<ReviewVoted>("review_voted");
        events.MapEventType<ReviewHidden>("review_hidden");
        events.MapEventType<ReviewRestored>("review_restored");
        events.MapEventType<ReviewWithdrawn>("review_withdrawn");
    }
}
