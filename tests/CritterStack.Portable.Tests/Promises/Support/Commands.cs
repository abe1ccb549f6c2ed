using JasperFx;
using Marten;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>The commands of the suite: each stores its events and one receipt for each stream.</summary>
internal static class Commands
{
    /// <summary>
    /// Adds the amounts to an account, one event each, all carrying the command's name. Answers the account's new
    /// version; throws when the race was lost.
    /// </summary>
    public static async Task<long> Add(
        IDocumentStore store, string key, string command, IReadOnlyList<int> amounts, CancellationToken ct = default)
    {
        await using var session = store.LightweightSession();
        var stream = await session.Events.FetchForWriting<Account>(key, ct);
        stream.AppendMany(Parts(command, amounts));
        var version = (stream.StartingVersion ?? 0) + amounts.Count;
        Receipt(session, command, key, version);
        await session.SaveChangesAsync(ct);
        return version;
    }

    /// <summary>The same, decided anew after every lost race, a bounded number of times.</summary>
    public static async Task<long> AddWithRetries(
        IDocumentStore store, string key, string command, IReadOnlyList<int> amounts, CancellationToken ct = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Add(store, key, command, amounts, ct);
            }
            catch (Exception exception) when (attempt < 500 && LostRace(exception))
            {
            }
        }
    }

    public static object[] Parts(string command, IReadOnlyList<int> amounts) =>
        amounts.Select((amount, n) => (object)new AmountAdded(command, n + 1, amounts.Count, amount)).ToArray();

    /// <summary>
    /// A row for the command and the stream: for one half of the commands by the session's own SQL, for the other half by
    /// an inline projection. A store may save sessions with statements of their own in another way than those without.
    /// </summary>
    public static void Receipt(IDocumentSession session, string command, string key, long version)
    {
        if (IsReceiptQueued(command))
            session.QueueSqlCommand("insert into suite.receipt (command, stream, version) values (?, ?, ?)", command, key, version);
    }

    public static bool IsReceiptQueued(string command) => command.Sum(character => character) % 2 == 0;

    /// <summary>
    /// Two writers that both start a stream: the packages tell the second one by an exception of their own, which is
    /// not part of the vocabulary.
    /// </summary>
    public static bool LostRace(Exception exception) =>
        exception is ConcurrencyException || exception.GetType().Name == "ExistingStreamIdCollisionException";
}
