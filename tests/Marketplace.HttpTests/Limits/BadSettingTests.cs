using System.Diagnostics;

namespace Marketplace.HttpTests.Limits;

public sealed class BadSettingTests
{
    [Theory]
    [InlineData("Limits__BodySeconds", "soon", "Limits:BodySeconds is 'soon'; it must be a whole number from 1 to 600 (seconds).")]
    [InlineData("Limits__RequestsPerSeconds", "5", "Limits:RequestsPerSeconds is not a limit; there are ")]
    public async Task A_limit_that_makes_no_sense_ends_the_program_with_a_sentence(string name, string value, string sentence)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[name] = value;
        using var program = Process.Start(start)!;
        var (output, errors) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, program.ExitCode);
        Assert.StartsWith(sentence, await errors);
        Assert.DoesNotContain("   at ", await errors + await output);
    }
}
