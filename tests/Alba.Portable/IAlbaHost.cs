using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Hosting;

namespace Alba;

/// <summary>The application under test, running in memory.</summary>
public interface IAlbaHost : IHost, IAsyncDisposable
{
    /// <summary>The server that carries the requests, for tests that need more than a scenario.</summary>
    TestServer Server { get; }

    /// <summary>
    /// Sends one request and checks the answer; a status of 200 is expected unless the scenario says otherwise. Throws
    /// <see cref="ScenarioAssertionException"/> with every expectation that failed and the answer's text.
    /// </summary>
    Task<IScenarioResult> Scenario(Action<Scenario> configure);
}
