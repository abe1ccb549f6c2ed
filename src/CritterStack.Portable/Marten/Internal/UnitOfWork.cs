using JasperFx.Events;

namespace Marten.Internal;

/// <summary>What goes into one transaction.</summary>
/// <param name="Streams">streams with new events, in <see cref="LockOrder"/></param>
/// <param name="Statements">what is run behind the events, in order</param>
/// <param name="AreLocked">whether the transaction has locked and checked the streams already</param>
/// <param name="IsShared">whether the streams are those of several sessions, none of which may make the others wait for long</param>
internal sealed record UnitOfWork(
    IReadOnlyList<StreamAction> Streams, IReadOnlyList<SqlStatement> Statements, bool AreLocked = false, bool IsShared = false)
{
    /// <summary>The one order in which everybody locks streams, so that none waits in a circle.</summary>
    public static int LockOrder(StreamAction a, StreamAction b) => string.CompareOrdinal(a.Key, b.Key);
}
