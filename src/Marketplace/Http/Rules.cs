using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Results;
using Marketplace.Domain;

namespace Marketplace.Http;

/// <summary>The rules of shape that bodies share. What they refuse is a 400 keyed by the JSON path the caller sent.</summary>
public static class Rules
{
    /// <summary>An id of <see cref="Id"/>'s pattern.</summary>
    public static IRuleBuilderOptions<T, string?> IsId<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(Id.IsValid).WithMessage(Id.Rule + ".");

    /// <summary>Text of a stated length that can be kept: no control characters other than line breaks and tabs, no half characters.</summary>
    public static IRuleBuilderOptions<T, string?> IsText<T>(this IRuleBuilder<T, string?> rule, int least, int most) =>
        rule.Must(text => text is null || (text.Length >= least && text.Length <= most && IsStorable(text) && (least == 0 || !string.IsNullOrWhiteSpace(text))))
            .WithMessage($"must be {least} to {most} characters of text, without control characters.");

    /// <summary>Something must be there.</summary>
    public static IRuleBuilderOptions<T, TProperty> IsThere<T, TProperty>(this IRuleBuilder<T, TProperty> rule) =>
        rule.NotNull().WithErrorCode(ErrorCodes.Missing).WithMessage("is required.");

    /// <summary>The reason of a change in the actor's own words, where one is given.</summary>
    public static IRuleBuilderOptions<T, string?> IsReason<T>(this IRuleBuilder<T, string?> rule) => rule.IsText(1, Intents.MaxReason);

    /// <summary>An amount its currency can have, at most <see cref="Money.Largest"/>; above zero, or zero and more.</summary>
    public static void IsMoney<T>(this IRuleBuilder<T, Money?> rule, bool zeroIsFine) =>
        rule.Custom((money, context) =>
        {
            if (money is not { } value) return;
            void Wrong(string member, string code, string message) =>
                context.AddFailure(new ValidationFailure($"{context.PropertyPath}.{member}", message) { ErrorCode = code });
            var decimals = Currencies.DecimalsOf(value.Currency);
            if (decimals is null) Wrong("currency", ErrorCodes.Invalid, "must be a currency code of ISO 4217 in upper case.");
            else if (value.Amount.Scale > decimals) Wrong("amount", ErrorCodes.Invalid, $"{value.Currency} has {decimals} decimals; no more can be given.");
            if (value.Amount < 0 || (value.Amount == 0 && !zeroIsFine))
                Wrong("amount", ErrorCodes.OutOfRange, zeroIsFine ? "must not be below zero." : "must be above zero.");
            if (value.Amount > Money.Largest) Wrong("amount", ErrorCodes.OutOfRange, $"must be at most {Money.Largest:0}.");
        });

    /// <summary>
    /// Whether two amounts are in one currency, as far as both have one at all: a currency that is none is told where it stands.
    /// </summary>
    public static bool ShareACurrency(Money? left, Money? right) =>
        left is not { } one || right is not { } other || one.Currency == other.Currency || Currencies.DecimalsOf(one.Currency) is null;

    /// <summary>The JSON path of a member, as the caller wrote it: camel case, the value of a merge patch's member under the member's own name.</summary>
    public static string? JsonPath(Type type, MemberInfo? member, LambdaExpression? expression)
    {
        if (expression is null || PropertyChain.FromExpression(expression) is not { Count: > 0 } chain)
            return member is null ? null : JsonNamingPolicy.CamelCase.ConvertName(member.Name);
        var names = chain.ToString().Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName);
        if (member?.DeclaringType is { IsGenericType: true } owner && owner.GetGenericTypeDefinition() == typeof(Settable<>)) names = names.SkipLast(1);
        return string.Join('.', names);
    }

    /// <summary>Whether text can be kept and told as it stands: no control characters other than line breaks and tabs, no half characters.</summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) return false;
            if (char.IsSurrogate(c) && (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i]))) return false;
        }
        return true;
    }
}
