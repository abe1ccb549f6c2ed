using FsCheck;
using FsCheck.Fluent;

namespace Marketplace.Tests.Offers;

/// <summary>Random sequences of commands on few offers of few products at few prices, so that they meet often.</summary>
public static class OfferCommands
{
    /// <summary>Sequences that shrink by leaving commands out.</summary>
    /// <param name="products">The products they are about.</param>
    /// <param name="sellers">Who sends them.</param>
    public static Arbitrary<OfferCommand[]> Sequences(string[] products, string[] sellers) => Arb.From(
        Gen.ArrayOf(One(products, sellers)),
        commands => Enumerable.Range(0, commands.Length).Select(left => commands.Where((_, i) => i != left).ToArray()));

    /// <summary>One command.</summary>
    public static Gen<OfferCommand> One(string[] products, string[] sellers)
    {
        var seller = Gen.Elements(sellers);
        var sku = Gen.Elements("a", "b");
        return Gen.Frequency(
            (6, from s in seller from k in sku from put in Terms(s, k, products) select put),
            (5, from s in seller from k in sku from patch in Patches(s, k) select patch),
            (2, from s in seller from k in sku select (OfferCommand)new Pause(s, k)),
            (2, from s in seller from k in sku select (OfferCommand)new Resume(s, k)),
            (1, from s in seller from k in sku select (OfferCommand)new Withdraw(s, k)));
    }

    private static Gen<OfferCommand> Terms(string seller, string sku, string[] products) =>
        from product in Gen.Elements(products)
        from type in Gen.Frequency((5, Gen.Constant("used")), (1, Gen.Constant("zShops")), (1, Gen.Constant("collectible")))
        from condition in Gen.Elements("good", "acceptable")
        from note in type == "collectible" ? Gen.Elements<string?>("Signed.", "First edition.") : Gen.Elements<string?>(null, null, "Signed.")
        from price in Price
        from shipping in Shipping
        from currency in Currency
        from quantity in Quantity
        select (OfferCommand)new Put(seller, sku, product, type, condition, note, price, shipping, currency, quantity);

    private static Gen<OfferCommand> Patches(string seller, string sku) =>
        from sets in Gen.Choose(0, 7)
        from price in Price
        from shipping in Shipping
        from currency in Currency
        from quantity in Quantity
        let namesShipping = (sets & 2) != 0
        select (OfferCommand)new Patch(seller, sku, (sets & 1) != 0 ? price : null, namesShipping ? shipping : null,
            namesShipping && shipping is null, currency, (sets & 4) != 0 ? quantity : null);

    // Some sums of price and shipping are equal: 5 + 2.50 and 7.50 + 0.
    private static Gen<decimal> Price => Gen.Elements(5m, 7.5m, 7m, 10.01m);

    private static Gen<decimal?> Shipping => Gen.Elements<decimal?>(null, 0m, 2.5m, 3m);

    private static Gen<string> Currency => Gen.Frequency((9, Gen.Constant("USD")), (1, Gen.Constant("EUR")));

    private static Gen<int> Quantity => Gen.Elements(0, 1, 1, 5);
}
