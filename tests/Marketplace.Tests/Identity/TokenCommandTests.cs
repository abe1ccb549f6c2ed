using System.Text;
using System.Text.Json;
using DevelopmentIssuer;
using Marketplace.Identity;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Tests.Identity;

public sealed class TokenCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-token-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string KeyFile => Path.Combine(Data, DevelopmentKey.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_token_and_nothing_else_is_printed_before_the_program_ever_ran()
    {
        var (code, output, errors) = Run("--role", "seller", "--subject", "powells");

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(1, output.Count(c => c == '\n'));
        var (header, payload) = Parts(output);
        Assert.Equal(("ES256", "JWT"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()));
        Assert.Equal(("powells", "seller"), (payload.GetProperty("sub").GetString(), payload.GetProperty("role").GetString()));
        Assert.Equal(8 * 3600, payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFiles(Data));
    }

    [Fact]
    public void Several_roles_are_an_array_each_once()
    {
        var (_, output, _) = Run("--role", "seller", "--subject", "powells", "--role", "operator", "--role", "seller", "--expires", "90s");

        var payload = Parts(output).Payload;
        Assert.Equal(["seller", "operator"], payload.GetProperty("role").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(90, payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64());
    }

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("30m", 1800)]
    [InlineData("30d", 30 * 86400)]
    public void A_token_expires_when_asked_to(string expires, int seconds)
    {
        var payload = Parts(Run("--role", "seller", "--subject", "powells", "--expires", expires).Output).Payload;

        Assert.Equal(seconds, payload.GetProperty("exp").GetInt64() - payload.GetProperty("nbf").GetInt64());
    }

    [Theory]
    [InlineData("--role is missing")]
    [InlineData("--role is missing", "--subject", "powells")]
    [InlineData("--subject is missing", "--role", "seller")]
    [InlineData("--subject needs a value", "--role", "seller", "--subject")]
    [InlineData("'king' is no role; there are catalog, seller, reviewer, moderator, auditor, operator", "--role", "king", "--subject", "powells")]
    [InlineData("'Seller' is no role", "--role", "Seller", "--subject", "powells")]
    [InlineData("--subject is given more than once", "--role", "seller", "--subject", "a", "--subject", "b")]
    [InlineData("--expires is given more than once", "--role", "seller", "--subject", "a", "--expires", "1h", "--expires", "1h")]
    [InlineData("visible ASCII", "--role", "seller", "--subject", "")]
    [InlineData("visible ASCII", "--role", "seller", "--subject", "two words")]
    [InlineData("visible ASCII", "--role", "seller", "--subject", "é")]
    [InlineData("'powells' is no option", "powells")]
    [InlineData("'--sub' is no option", "--sub", "powells")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "31d")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "0h")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "-1h")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "8")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "h")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "99999999999d")]
    [InlineData("--expires must be", "--role", "seller", "--subject", "a", "--expires", "1w")]
    public void Wrong_arguments_are_told_with_exit_code_2_and_leave_nothing(string says, params string[] args)
    {
        var (code, output, errors) = Run(args);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.Contains(TokenCommand.Usage, errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void Where_an_authority_issues_tokens_none_is_signed_here()
    {
        var (code, output, errors) = Run(Settings(("Authority", "https://login.example.org"), ("Audience", "marketplace")), null, ["--role", "seller", "--subject", "a"]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("https://login.example.org", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void Where_nobody_is_trusted_none_is_signed_either()
    {
        var (code, output, errors) = Run(Settings(), null, ["--role", "seller", "--subject", "a"]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("Authentication:Authority", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_may_read_is_not_used()
    {
        if (OperatingSystem.IsWindows()) return;
        Run("--role", "seller", "--subject", "a");
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var (code, output, errors) = Run("--role", "seller", "--subject", "a");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("chmod 600", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("large")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void A_file_that_is_no_key_is_told_and_left_alone(string content)
    {
        Run("--role", "seller", "--subject", "a");
        if (content == "large") content = new string(' ', DevelopmentKey.LargestFile) + File.ReadAllText(KeyFile);
        File.WriteAllText(KeyFile, content);

        var (code, output, errors) = Run("--role", "seller", "--subject", "a");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(KeyFile, errors, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(KeyFile));
    }

    [Fact]
    public async Task However_many_begin_at_once_there_is_one_key()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Run("--role", "seller", "--subject", "a"))));

        Assert.All(tokens, token => Assert.Equal((0, ""), (token.Code, token.Errors)));
        Assert.Single(tokens.Select(token => Parts(token.Output).Header.GetProperty("kid").GetString()).Distinct());
        Assert.Equal([KeyFile], Directory.GetFiles(Data));
    }

    private (int Code, string Output, string Errors) Run(params string[] args) => Run(Settings(), Data, args);

    private static (int Code, string Output, string Errors) Run(IConfiguration configuration, string? folder, string[] args)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter());
        return (TokenCommand.Run(args, configuration, folder, TimeProvider.System, output, errors), output.ToString(), errors.ToString());
    }

    private static IConfiguration Settings(params (string Name, string Value)[] given) =>
        new ConfigurationBuilder().AddInMemoryCollection(given.Select(one => KeyValuePair.Create($"Authentication:{one.Name}", (string?)one.Value))).Build();

    private static (JsonElement Header, JsonElement Payload) Parts(string token)
    {
        var parts = token.Trim().Split('.');
        Assert.Equal(3, parts.Length);
        return (Json(parts[0]), Json(parts[1]));

        static JsonElement Json(string part) => JsonElement.Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(part)));
    }
}
