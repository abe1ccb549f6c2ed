using Marketplace.Domain;
using Marketplace.Storage;
using Marketplace.WritePath;

namespace Marketplace.Http;

/// <summary>What every write shares: the intent read from the request's headers, and the answer made from the outcome.</summary>
public sealed class Writes(CommandHandler commands)
{
    /// <summary>Decides a command on one stream and answers with the state after it.</summary>
    /// <param name="http">The request; its headers carry precondition, cause, reason and effective time.</param>
    /// <param name="key">The stream's key.</param>
    /// <param name="decide">The pure decision.</param>
    /// <param name="answer">The answer to a success.</param>
    /// <param name="ct">Cancels up to the commit.</param>
    /// <param name="reason">A reason given in the body, which goes before the header's.</param>
    public async Task<IResult> OnAsync<TState>(HttpContext http, string key, Func<TState?, Decision> decide,
        Func<Outcome<TState>, IResult> answer, CancellationToken ct, string? reason = null)
        where TState : class, IStreamState<TState>
    {
        if (!Intents.TryRead(http, out var intent, out var refusal)) return refusal!.ToResult();
        if (reason is not null) intent = intent! with { Reason = reason };
        var outcome = await commands.HandleAsync(key, intent!, decide, ct);
        return outcome.Refusal is { } no ? no.ToResult() : answer(outcome);
    }
}
