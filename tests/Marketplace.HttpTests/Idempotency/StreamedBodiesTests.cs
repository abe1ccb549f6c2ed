using System.Net;
using System.Security.Cryptography;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.HttpTests.Support;
using Marketplace.Idempotency;
using Marketplace.Identity;
using Marketplace.Limits;
using Marketplace.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using TestSupport;

namespace Marketplace.HttpTests.Idempotency;

/// <summary>
/// A body too large for memory is hashed while its endpoint reads it, and when it is sent again it is read without being kept anywhere. The
/// endpoint of these tests stores a line per upload in the transaction of the receipt, as any such endpoint does.
/// </summary>
public sealed class StreamedBodiesTests : IAsyncLifetime
{
    private const int MaxBytes = 8 * 1024 * 1024;
    private TestDatabase _database = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private long _read;

    public async Task InitializeAsync()
    {
        _database = await MarketplaceFixture.NewDatabaseAsync();
        await _database.ExecuteAsync("create table marketplace.upload (id bigint generated always as identity primary key, bytes bigint not null, digest text not null)");
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(NpgsqlDataSource.Create(_database.With(searchPath: "marketplace")));
        builder.Services.AddSingleton(LimitSettings.Read(builder.Configuration)).AddSingleton<ProgramMetrics>();
        builder.AddIdempotency();
        _app = builder.Build();
        _app.UseRouting();
        _app.UseMiddleware<IdempotentWrites>();
        _app.MapPost("/uploads", UploadAsync).WithMetadata(new StreamsBodyAttribute(MaxBytes));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_repeated_upload_is_answered_as_the_first_and_stored_once()
    {
        var bytes = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);
        var first = await SendAsync("one", bytes);
        var read = _read;
        var again = await SendAsync("one", bytes);

        Assert.Equal((202, null, bytes.Length), (first.Status, first.Replayed, read));
        Assert.Equal((first.Status, "true", first.Location, first.Body), (again.Status, again.Replayed, again.Location, again.Body));
        Assert.Equal(read, _read);
        Assert.Equal(1, await CountAsync());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), await _database.ScalarAsync<string>("select digest from marketplace.upload"));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_422_though_only_its_last_byte_differs()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await SendAsync("one", bytes);
        bytes[^1]++;

        Assert.Equal(422, (await SendAsync("one", bytes)).Status);
        Assert.Equal(422, (await SendAsync("one", [])).Status);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_body_too_large_is_413_also_as_a_repeat()
    {
        await SendAsync("one", new byte[1000]);

        Assert.Equal(413, (await SendAsync("one", new byte[MaxBytes + 1])).Status);
        Assert.Equal(413, (await SendAsync("two", new byte[MaxBytes + 1])).Status);
        Assert.Equal(202, (await SendAsync("two", new byte[1000])).Status);
    }

    [Fact]
    public async Task A_refusal_is_kept_when_the_body_was_read_to_its_end_and_not_otherwise()
    {
        var refused = await SendAsync("one", "?all of it is read"u8.ToArray());
        Assert.Equal((409, null), (refused.Status, refused.Replayed));
        var again = await SendAsync("one", "?all of it is read"u8.ToArray());
        Assert.Equal((409, "true", refused.Body), (again.Status, again.Replayed, again.Body));
        Assert.Equal(422, (await SendAsync("one", "?all of it is read and more"u8.ToArray())).Status);

        Assert.Equal(409, (await SendAsync("two", [.. "!"u8, .. new byte[1024 * 1024]])).Status);
        Assert.Equal(202, (await SendAsync("two", "another"u8.ToArray())).Status);
    }

    [Fact]
    public async Task An_upload_whose_key_somebody_else_has_used_meanwhile_is_not_stored()
    {
        var bytes = "slow"u8.ToArray();
        var keyed = KeyHeader.Digest(Caller.Anonymous, "one");
        using var gate = new SlowContent(bytes);
        var sending = SendAsync("one", gate);
        await gate.Begun;
        await Eventually.TrueAsync(() => Interlocked.Read(ref _read) > 0, "the upload is being read");
        await _database.ExecuteAsync(
            "insert into marketplace.idempotency_key values ($1, 'other', now() + interval '1 day', 'upload/other', 0, true)", keyed);
        gate.GoOn();

        var answer = await sending;
        Assert.Equal(409, answer.Status);
        Assert.Contains("idempotency-key-in-use", answer.Body);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task While_an_upload_runs_a_repeat_is_told_to_wait()
    {
        var bytes = "slow"u8.ToArray();
        using var gate = new SlowContent(bytes);
        var sending = SendAsync("one", gate);
        await gate.Begun;
        await Eventually.TrueAsync(() => Interlocked.Read(ref _read) > 0, "the first upload is being read");

        Assert.Equal(409, (await SendAsync("one", bytes)).Status);
        gate.GoOn();
        Assert.Equal(202, (await sending).Status);
        Assert.Equal((202, "true"), (await SendAsync("one", bytes)) is var repeat ? (repeat.Status, repeat.Replayed) : default);
    }

    private async Task<IResult> UploadAsync(HttpContext http, NpgsqlDataSource db)
    {
        var keyed = KeyedRequest.Of(http);
        if (keyed?.Receipt is { } receipt) return Accepted(receipt.Resource);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, total, mark) = (new byte[16 * 1024], 0L, 0);
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            if (total == 0) mark = buffer[0];
            if (mark == '!') return Refusal.Conflict("early", "Refused before the end.").ToResult();
            hash.AppendData(buffer.AsSpan(0, read));
            total += read;
            Interlocked.Add(ref _read, read);
        }
        if (mark == '?') return Refusal.Conflict("late", "Refused at the end.").ToResult();
        await using var connection = await db.OpenConnectionAsync(http.RequestAborted);
        await using var transaction = await connection.BeginTransactionAsync(http.RequestAborted);
        await using var insert = new NpgsqlCommand("insert into upload (bytes, digest) values ($1, $2) returning id", connection, transaction);
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = total });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Convert.ToHexStringLower(hash.GetHashAndReset()) });
        var resource = $"upload/{await insert.ExecuteScalarAsync(http.RequestAborted)}";
        try
        {
            if (keyed is not null) await keyed.RecordAsync(connection, resource, http.RequestAborted);
            await transaction.CommitAsync(http.RequestAborted);
        }
        catch (Exception e) when (keyed is not null && KeyedRequest.IsTakenBy(e))
        {
            return keyed.Taken().ToResult();
        }
        return Accepted(resource);
    }

    private static IResult Accepted(string resource) => Results.Accepted("/" + resource, new { resource });

    private Task<(int Status, string? Replayed, string? Location, string Body)> SendAsync(string key, byte[] bytes) => SendAsync(key, new ByteArrayContent(bytes));

    private async Task<(int Status, string? Replayed, string? Location, string Body)> SendAsync(string key, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/uploads") { Content = content };
        request.Headers.Add("Idempotency-Key", key);
        // So that the answer is heard where the server does not want the body.
        request.Headers.ExpectContinue = true;
        using var answer = await _client.SendAsync(request);
        return ((int)answer.StatusCode, answer.Headers.TryGetValues("Idempotency-Replayed", out var values) ? values.Single() : null,
            answer.Headers.Location?.ToString(), await answer.Content.ReadAsStringAsync());
    }

    private Task<long> CountAsync() => _database.ScalarAsync<long>("select count(*) from marketplace.upload");

    // Sends its first byte, and the rest when it is told to.
    private sealed class SlowContent(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void GoOn() => _goOn.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, 1));
            await stream.FlushAsync();
            _begun.SetResult();
            await _goOn.Task;
            await stream.WriteAsync(bytes.AsMemory(1));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
