using System.Net;

namespace Alba;

/// <summary>Expectations of an answer's body and status.</summary>
public static class ScenarioExpectationsExtensions
{
    /// <summary>Expects the body to contain this text.</summary>
    public static Scenario ContentShouldContain(this Scenario scenario, string text) => scenario.ExpectBody(
        body => body.Contains(text, StringComparison.Ordinal), $"Expected text '{text}' was not found in the response body");

    /// <summary>Expects the body not to contain this text.</summary>
    public static Scenario ContentShouldNotContain(this Scenario scenario, string text) => scenario.ExpectBody(
        body => !body.Contains(text, StringComparison.Ordinal), $"Text '{text}' should not be found in the response body");

    /// <summary>Expects the body to be this text.</summary>
    public static Scenario ContentShouldBe(this Scenario scenario, string exactContent) =>
        scenario.ExpectBody(body => body == exactContent, $"Expected the content to be '{exactContent}'");

    /// <summary>Expects a status of 200, as every scenario does that does not say otherwise.</summary>
    public static Scenario StatusCodeShouldBeOk(this Scenario scenario) => scenario.StatusCodeShouldBe(HttpStatusCode.OK);

    /// <summary>Expects this value of the Content-Type header, its parameters included.</summary>
    public static Scenario ContentTypeShouldBe(this Scenario scenario, string mimeType)
    {
        scenario.Header("content-type").SingleValueShouldEqual(mimeType);
        return scenario;
    }

    private static Scenario ExpectBody(this Scenario scenario, Func<string, bool> isMet, string failure)
    {
        scenario.Expect(context =>
        {
            if (!isMet(context.ReadBodyAsString()))
                context.AddFailure(failure);
        });
        return scenario;
    }
}
