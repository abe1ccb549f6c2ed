using Alba;
using Marketplace.HttpTests.Support;
using Microsoft.AspNetCore.Http;

namespace Marketplace.HttpTests.Limits;

/// <summary>More requests than can be worked on at once.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task A_request_more_than_can_be_worked_on_or_wait_is_refused_and_told_to_come_back()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:ConcurrentRequests", "1"), ("Limits:QueuedRequests", "0"));
        var api = new Api(host);
        using var held = new HeldRequest(host);
        await held.IsBeingReadAsync();

        var refused = (await api.GetAsync("/v1/products")).ShouldBeProblem(503);
        Assert.Equal("urn:marketplace:problem:overloaded", (string?)refused.Json["type"]);
        Assert.Equal("1", refused.Headers["Retry-After"]);
        (await api.GetAsync("/health/live")).ShouldBe(200);
        (await api.GetAsync("/health/ready")).ShouldBe(200);

        Assert.Equal(200, await held.EndAsync());
        (await api.GetAsync("/v1/products")).ShouldBe(200);
    }

    [Fact]
    public async Task A_request_that_may_wait_is_served_when_its_turn_comes()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString, ("Limits:ConcurrentRequests", "1"), ("Limits:QueuedRequests", "1"));
        var api = new Api(host);
        using var held = new HeldRequest(host);
        await held.IsBeingReadAsync();

        // Of two, one waits and one is refused: whichever comes second.
        var two = new[] { api.GetAsync("/v1/products"), api.GetAsync("/v1/products") };
        var first = await Task.WhenAny(two);
        (await first).ShouldBeProblem(503);
        Assert.Equal(200, await held.EndAsync());
        (await two.Single(one => one != first)).ShouldBe(200);
    }

    [Fact]
    public async Task Who_has_waited_long_enough_is_told_to_come_back()
    {
        await using var database = await MarketplaceFixture.NewDatabaseAsync();
        await using var host = await MarketplaceFixture.StartAsync(database.ConnectionString,
            ("Limits:ConcurrentRequests", "1"), ("Limits:QueuedRequests", "1"), ("Limits:BodySeconds", "600"));
        using var held = new HeldRequest(host);
        await held.IsBeingReadAsync();

        (await new Api(host).GetAsync("/v1/products")).ShouldBeProblem(503);
        Assert.Equal(200, await held.EndAsync());
    }

    // A request whose body is held back: it is worked on until the rest comes.
    private sealed class HeldRequest : IDisposable
    {
        private readonly Held _body = new();
        private readonly Task<HttpContext> _answer;

        public HeldRequest(IAlbaHost host) => _answer = host.Server.SendAsync(http =>
        {
            http.Request.Method = HttpMethods.Post;
            http.Request.Path = "/v1/lowest-prices/query";
            http.Request.ContentType = "application/json";
            http.Request.Body = _body;
        });

        public Task IsBeingReadAsync() => _body.Asked.Task.WaitAsync(MarketplaceFixture.Patience);

        public async Task<int> EndAsync()
        {
            _body.Rest.TrySetResult();
            return (await _answer).Response.StatusCode;
        }

        public void Dispose() => _body.Rest.TrySetResult();
    }

    // It is read by the program itself, which has let the request in by then.
    private sealed class Held() : MemoryStream("""{"productIds":["a"]}"""u8.ToArray())
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Rest { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked.TrySetResult();
            await Rest.Task.WaitAsync(cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
