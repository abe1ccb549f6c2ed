using JasperFx.Events;

namespace Marten.Internal;

/// <summary>What goes into one transaction.</summary>
/// <param name="Streams">
/// streams with new events, in ordinal order of their keys: all sessions lock in one order, so that none waits in a circle
/// </param>
/// <param name="Statements">what is run behind the events, in order</param>
/// <param name="IsLocked">whether the transaction has claimed the streams already</param>
internal sealed record UnitOfWork(IReadOnlyList<StreamAction> Streams, IReadOnlyList<SqlStatement> Statements, bool IsLocked = false);
