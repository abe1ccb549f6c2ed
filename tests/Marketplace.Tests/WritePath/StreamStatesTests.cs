using Marketplace.WritePath;

namespace Marketplace.Tests.WritePath;

public class StreamStatesTests
{
    private readonly Counting _source = new();
    private readonly StreamStates<string> _states;

    public StreamStatesTests() => _states = new StreamStates<string>(_source);

    [Fact]
    public async Task A_state_is_read_once_and_then_known()
    {
        Assert.Equal(new Versioned<string>("a as read", 1), await _states.GetAsync("a", default));
        Assert.Equal("a as read", (await _states.GetAsync("a", default)).State);
        Assert.Equal(["a"], _source.Read);
    }

    [Fact]
    public async Task Only_what_is_not_known_is_read()
    {
        _states.Put("a", new Versioned<string>("mine", 7));

        var states = await _states.GetAsync(["a", "b", "never"], default);

        Assert.Equal([("a", 7L), ("b", 1L), ("never", 0L)], states.Select(state => (state.Key, state.Value.Version)).Order());
        Assert.Equal(["b", "never"], _source.Read.Order());
    }

    [Fact]
    public async Task A_state_that_was_forgotten_is_read_again()
    {
        _states.Put("a", new Versioned<string>("mine", 7));
        _states.Remove("a");

        Assert.Equal(1, (await _states.GetAsync("a", default)).Version);
    }

    [Fact]
    public async Task A_stream_without_an_event_takes_no_place()
    {
        await _states.GetAsync("never", default);
        await _states.GetAsync("never", default);

        Assert.Equal(["never", "never"], _source.Read);
    }

    [Fact]
    public async Task Past_the_capacity_those_not_used_lately_are_read_again()
    {
        const int Half = StreamStates<string>.Capacity / 2;
        for (var n = 0; n < Half; n++) _states.Put($"old-{n}", new Versioned<string>("", 1));
        await _states.GetAsync("old-7", default);
        for (var n = 0; n < Half; n++) _states.Put($"new-{n}", new Versioned<string>("", 1));

        Assert.Equal(1, (await _states.GetAsync("old-7", default)).Version);
        Assert.Empty(_source.Read);
        await _states.GetAsync("old-8", default);
        Assert.Equal(["old-8"], _source.Read);
    }

    private sealed class Counting : IStateSource<string>
    {
        public List<string> Read { get; } = [];

        public Task<IReadOnlyDictionary<string, Versioned<string>>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
        {
            Read.AddRange(keys);
            return Task.FromResult<IReadOnlyDictionary<string, Versioned<string>>>(
                keys.Where(key => key != "never").ToDictionary(key => key, key => new Versioned<string>($"{key} as read", 1)));
        }
    }
}
