using Marketplace.HttpTests.Contract;
using Marketplace.HttpTests.Offers;
using Marketplace.HttpTests.Support;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>A repeat of a write that succeeded is answered as the first was, byte for byte, and changes nothing.</summary>
public class RepeatedWritesTests(SharedMarketplace app) : IClassFixture<SharedMarketplace>
{
    public static TheoryData<string> Writes => [.. EveryWrite.All.Keys];

    private Api Api => app.Api;

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_repeat_answers_as_the_first_did_also_after_the_resource_has_changed(string name)
    {
        var one = EveryWrite.All[name];
        var (write, status, recorded) = await one.Ready(Api);
        var before = await app.EventsAsync();

        var first = (await write.FirstAsync(Api)).ShouldBe(status);
        Assert.Equal(before + recorded, await app.EventsAsync());
        await write.AgainAsync(Api, first);
        Assert.Equal(before + recorded, await app.EventsAsync());

        await one.Later(Api, write.Url);
        var later = await app.EventsAsync();
        await write.AgainAsync(Api, first);
        await write.AgainAsync(Api, first);
        Assert.Equal(later, await app.EventsAsync());
    }

    [Fact]
    public async Task A_repeat_is_answered_as_the_first_by_a_program_that_remembers_nothing()
    {
        var answered = new List<(Keyed Write, Answered First)>();
        foreach (var one in EveryWrite.All.Values)
        {
            var (write, status, _) = await one.Ready(Api);
            answered.Add((write, (await write.FirstAsync(Api)).ShouldBe(status)));
            // Half of them are at their last version when the program ends, the others are not.
            if (answered.Count % 2 == 0) await one.Later(Api, write.Url);
        }
        var before = await app.EventsAsync();

        await using var successor = await MarketplaceFixture.StartAsync(app.Database.ConnectionString);
        foreach (var (write, first) in answered) await write.AgainAsync(new Api(successor), first);

        Assert.Equal(before, await app.EventsAsync());
    }

    [Fact]
    public async Task Every_write_of_the_API_is_among_them()
    {
        var keyed = (await OpenApi.ReadAsync(Api)).Operations.Where(operation => operation.IsKeyed).Select(operation => operation.Name);

        Assert.Equal(keyed.Order(), EveryWrite.All.Values.Select(one => one.Operation).Distinct().Order());
    }
}
