using Marketplace.Hosting;
using Marketplace.Identity;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Tests.Identity;

public class IdentitySettingsTests
{
    private const string Folder = "folder";

    [Fact]
    public void Data_on_this_machine_has_a_key_beside_it()
    {
        Assert.Null(Read(out var settings, Folder));
        Assert.Equal(Path.GetFullPath(Path.Combine(Folder, "token-key.pem")), settings.DevelopmentKeyFile);
        Assert.Null(settings.Authority);
    }

    [Fact]
    public void Data_elsewhere_without_an_issuer_is_refused_with_what_to_set()
    {
        var problem = Read(out var settings, null);

        foreach (var name in new[] { "Authentication:Authority", "Authentication:Audience", "Authentication:DevelopmentKeyFile" }) Assert.Contains(name, problem!, StringComparison.Ordinal);
        Assert.Equal(IdentitySettings.Nobody, settings);
    }

    [Fact]
    public void An_empty_setting_is_none() => Assert.NotNull(Read(out _, null, ("Authority", " "), ("Audience", ""), ("DevelopmentKeyFile", "")));

    [Theory]
    [InlineData(Folder)]
    [InlineData(null)]
    public void An_authority_is_trusted_alone_wherever_the_data_is(string? folder)
    {
        Assert.Null(Read(out var settings, folder, ("Authority", "https://login.example.org/marketplace"), ("Audience", "marketplace")));
        Assert.Equal(("https://login.example.org/marketplace", "marketplace", null), (settings.Authority!.OriginalString, settings.Audience, settings.DevelopmentKeyFile));
    }

    [Fact]
    public void A_key_file_named_makes_the_program_its_own_issuer_on_any_database()
    {
        Assert.Null(Read(out var settings, null, ("DevelopmentKeyFile", "keys/one.pem")));
        Assert.Equal(Path.GetFullPath("keys/one.pem"), settings.DevelopmentKeyFile);
    }

    [Theory]
    [InlineData("https://login.example.org", null, null)]
    [InlineData(null, "marketplace", null)]
    [InlineData("https://login.example.org", "marketplace", "key.pem")]
    [InlineData("http://login.example.org", "marketplace", null)]
    [InlineData("ftp://login.example.org", "marketplace", null)]
    [InlineData("login.example.org", "marketplace", null)]
    [InlineData("https://login.example.org/?a=b", "marketplace", null)]
    [InlineData("https://user:secret@login.example.org", "marketplace", null)]
    public void What_does_not_fit_together_is_refused(string? authority, string? audience, string? keyFile)
    {
        var problem = Read(out var settings, Folder, ("Authority", authority), ("Audience", audience), ("DevelopmentKeyFile", keyFile));

        Assert.Contains("Authentication:", problem!, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem!, StringComparison.Ordinal);
        Assert.Equal(IdentitySettings.Nobody, settings);
    }

    [Fact]
    public void An_authority_on_this_machine_may_do_without_tls() =>
        Assert.Null(Read(out _, null, ("Authority", "http://127.0.0.1:5001"), ("Audience", "marketplace")));

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("Host=localhost;Database=m", true)]
    [InlineData("Host=127.0.0.1;Port=5433", true)]
    [InlineData("Host=127.8.0.1:5433", true)]
    [InlineData("Host=::1", true)]
    [InlineData("Host=[::1]:5432", true)]
    [InlineData("Server=LOCALHOST", true)]
    [InlineData("Host=/var/run/postgresql", true)]
    [InlineData("Host=127.0.0.1,localhost:5433", true)]
    [InlineData("Host=127.0.0.1,db.example.org", false)]
    [InlineData("Host=db", false)]
    [InlineData("Host=10.0.0.7", false)]
    [InlineData("Host=localhost.example.org", false)]
    [InlineData("Host=127.0.0.1.example.org", false)]
    [InlineData("Database=m", false)]
    [InlineData("no connection string", false)]
    public void Data_is_on_this_machine_when_every_host_is(string? connectionString, bool expected) => Assert.Equal(expected, DevelopmentDatabase.IsOnThisMachine(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:Marketplace", connectionString)]).Build()));

    private static string? Read(out IdentitySettings settings, string? folder, params (string Name, string? Value)[] given) => IdentitySettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(given.Select(one => KeyValuePair.Create($"Authentication:{one.Name}", one.Value))).Build(), folder, out settings);
}
