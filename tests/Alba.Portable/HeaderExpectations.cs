using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace Alba;

/// <summary>What is expected of one header of the answer.</summary>
public sealed class HeaderExpectations
{
    private readonly Scenario scenario;
    private readonly string key;

    internal HeaderExpectations(Scenario scenario, string key)
    {
        this.scenario = scenario;
        this.key = key;
    }

    /// <summary>Expects one value, and this one.</summary>
    public HeaderExpectations SingleValueShouldEqual(string expected) =>
        Expect(values => values is [var value] && value == expected ? null
            : $"Expected a single header value of '{key}'='{expected}', but {Found(values)}");

    /// <summary>Expects one value.</summary>
    public HeaderExpectations ShouldHaveOneNonNullValue() =>
        Expect(values => values.Count == 1 ? null : $"Expected a single header value of '{key}', but {Found(values)}");

    /// <summary>Expects one value that matches.</summary>
    public HeaderExpectations SingleValueShouldMatch(Regex regex) =>
        Expect(values => values is [{ } value] && regex.IsMatch(value) ? null
            : $"Expected a single header value of '{key}' matching '{regex}', but {Found(values)}");

    /// <summary>Expects one value that matches.</summary>
    public HeaderExpectations SingleValueShouldMatch(string regex) => SingleValueShouldMatch(new Regex(regex));

    /// <summary>Expects the header to be absent.</summary>
    public void ShouldNotBeWritten() =>
        Expect(values => values.Count == 0 ? null : $"Expected no value for header '{key}', but {Found(values)}");

    /// <summary>Expects each of these values, among others perhaps; without any, that there is a value.</summary>
    public void ShouldHaveValues(params string[] expectedValues) =>
        Expect(values => values.Count > 0 && expectedValues.All(x => values.Contains(x)) ? null
            : $"Expected header values of '{key}'={Quoted(expectedValues)}, but {Found(values)}");

    private static string Quoted(IEnumerable<string?> values) => string.Join(", ", values.Select(x => $"'{x}'"));

    private static string Found(StringValues values) => values.Count switch
    {
        0 => "no values were found on the response",
        1 => $"the actual value was '{values[0]}'",
        _ => $"the actual values were {Quoted(values)}",
    };

    private HeaderExpectations Expect(Func<StringValues, string?> failure)
    {
        scenario.Expect(context =>
        {
            if (failure(context.HttpContext.Response.Headers[key]) is { } message)
                context.AddFailure(message);
        });
        return this;
    }
}
