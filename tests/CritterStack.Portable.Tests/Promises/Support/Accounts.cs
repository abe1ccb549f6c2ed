using JasperFx.Events;
using Marten.Events.Aggregation;

namespace CritterStack.Portable.Tests.Promises.Support;

/// <summary>What an account is kept for; stored by its name.</summary>
public enum AccountKind
{
    Current,
    Savings,
}

public sealed record AccountOpened(string Owner, AccountKind Kind, decimal Limit);

/// <summary>One part of a command: a command of <see cref="Parts"/> events is stored whole or not at all.</summary>
public sealed record AmountAdded(string Command, int Part, int Parts, int Amount);

public sealed record Account(string Id, int Count, long Total)
{
    public static string Key(int number) => $"account/{number}";

    public string Owner { get; init; } = "";

    /// <summary>The fold, written once: the projection and the checks by hand both use it.</summary>
    public static Account? Fold(Account? account, string id, object data) => data switch
    {
        AccountOpened opened => (account ?? new Account(id, 0, 0)) with { Owner = opened.Owner },
        AmountAdded added => Plus(account ?? new Account(id, 0, 0), added.Amount),
        _ => account,
    };

    private static Account Plus(Account account, int amount) =>
        account with { Count = account.Count + 1, Total = account.Total + amount };
}

public sealed partial class AccountProjection : SingleStreamProjection<Account, string>
{
    public override Account? Evolve(Account? snapshot, string id, IEvent e) => Account.Fold(snapshot, id, e.Data);
}
