using Marketplace.Feeds;
using Marketplace.Limits;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Tests.Limits;

public class LimitSettingsTests
{
    [Fact]
    public void Without_configuration_every_limit_has_its_default()
    {
        var limits = Read();

        Assert.All(LimitSettings.All, setting => Assert.Equal(setting.Default, limits[setting]));
        Assert.All(LimitSettings.All, setting => Assert.InRange(setting.Default, setting.Least, setting.Most));
        Assert.Equal(LimitSettings.All.Count, LimitSettings.All.Select(setting => setting.Name).Distinct().Count());
    }

    [Fact]
    public void Every_limit_that_is_declared_is_one_of_all() =>
        Assert.Equal(
            new[] { typeof(LimitSettings), typeof(FeedLimits) }.SelectMany(type => type.GetFields()).Select(field => field.GetValue(null)).OfType<LimitSetting>(),
            LimitSettings.All);

    [Fact]
    public void A_limit_is_read_by_its_name()
    {
        var limits = Read(("Limits:RequestsPerSecond", "7"), ("Limits:BodySeconds", "3"));

        Assert.Equal(7, limits[LimitSettings.RequestsPerSecond]);
        Assert.Equal(TimeSpan.FromSeconds(3), limits.Time(LimitSettings.BodySeconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("many")]
    [InlineData(" 5")]
    [InlineData("601")]
    [InlineData("0")]
    [InlineData("99999999999999999999")]
    public void A_value_that_makes_no_sense_is_told_with_the_values_that_do(string value)
    {
        var wrong = Assert.Throws<InvalidSettingException>(() => Read(("Limits:BodySeconds", value)));

        Assert.Equal($"Limits:BodySeconds is '{value}'; it must be a whole number from 1 to 600 (seconds).", wrong.Message);
    }

    [Fact]
    public void A_misspelt_name_is_told_with_the_names_there_are()
    {
        var wrong = Assert.Throws<InvalidSettingException>(() => Read(("Limits:RequestPerSecond", "5")));

        Assert.StartsWith("Limits:RequestPerSecond is not a limit; there are BodySeconds, ", wrong.Message);
        Assert.Contains("RequestsPerSecond", wrong.Message);
    }

    private static LimitSettings Read(params (string Name, string Value)[] values) =>
        LimitSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Name, string? (v) => v.Value)).Build());
}
