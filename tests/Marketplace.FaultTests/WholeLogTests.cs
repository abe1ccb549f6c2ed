using Marketplace.HttpTests.Logs;

namespace Marketplace.FaultTests;

/// <summary>Runs alone, and therefore after everything that runs side by side: by then the log is whole.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AfterAllOthers
{
    public const string Name = "The log of the whole suite";
}

/// <summary>A failure says more than a success, so the log of kills and outages is looked through as well.</summary>
[Collection(AfterAllOthers.Name)]
public sealed class WholeLogTests
{
    [Fact]
    public void No_line_of_the_whole_suites_log_holds_a_token_a_key_or_a_password()
    {
        var found = LogSecrets.Find(SuiteLog.Read(), SuiteLog.Secrets);
        Assert.True(found.Count == 0, string.Join('\n', found.Select(line => line[..Math.Min(400, line.Length)])));
    }
}
