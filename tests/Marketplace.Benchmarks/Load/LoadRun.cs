using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Marketplace.Benchmarks.Processes;

namespace Marketplace.Benchmarks.Load;

/// <summary>One plan being carried out.</summary>
internal sealed class LoadRun(LoadPlan plan)
{
    private readonly RequestBytes _requests = new(plan.Requests);
    private readonly ConcurrentDictionary<int, long> _errors = new();
    private readonly Latencies _latencies = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private string? _firstError;
    private long _counted;
    private long _bytes;
    private int _next = -1;
    private volatile bool _counts;
    private volatile bool _ends;

    /// <summary>Sends until the plan is done, or, when it has no end of its own, until it is told to stop.</summary>
    public async Task<LoadResult> RunAsync(Task stop)
    {
        // The first requests go out only when all connections are open: opening them is not what is measured.
        var sockets = await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ => ConnectAsync()));
        var connections = sockets.Select((socket, i) => Task.Run(() => SendAsync(socket, i))).ToArray();
        if (!plan.Once)
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(plan.WarmUpSeconds)), stop);
        var before = Snapshot();
        _counts = true;
        if (plan.Once)
            await Task.WhenAll(connections);
        else if (plan.Seconds > 0)
            await Task.Delay(TimeSpan.FromSeconds(plan.Seconds));
        else
            await stop;
        _counts = false;
        var after = Snapshot();
        _ends = true;
        await Task.WhenAll(connections);
        return new LoadResult(_counted, (after.At - before.At).TotalSeconds, _errors.ToDictionary(), _firstError, _latencies.Counts,
            after.Client - before.Client, after.Application - before.Application, after.Postgres - before.Postgres, after.Bytes - before.Bytes);
    }

    private (TimeSpan At, double Client, double Application, double Postgres, long Bytes) Snapshot() =>
        (Stopwatch.GetElapsedTime(_began), CpuTime.OfThisProcess(), CpuTime.Of(plan.ApplicationId), CpuTime.OfFamily(plan.PostmasterId),
            Interlocked.Read(ref _bytes));

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, plan.Port));
        return socket;
    }

    private async Task SendAsync(Socket socket, int connection)
    {
        var random = new Random(HashCode.Combine(plan.Seed, connection));
        var buffer = new byte[_requests.Longest];
        var answers = new AnswerReader(socket);
        var free = TimeSpan.Zero;
        for (long sent = 0; !_ends; sent++)
        {
            var index = plan.Once ? Interlocked.Increment(ref _next) : random.Next(_requests.Count);
            if (index >= _requests.Count)
                break;
            var due = await WaitForTurnAsync(connection, sent, free);
            var length = _requests.Write(index, random, buffer);
            try
            {
                await socket.SendAsync(buffer.AsMemory(0, length), SocketFlags.None);
                var status = await answers.ReadAsync();
                free = Stopwatch.GetElapsedTime(_began);
                Interlocked.Add(ref _bytes, answers.Length);
                if (_counts || plan.Once)
                    Count(status, free - due, answers.Body);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                Count(0, TimeSpan.Zero, e.Message);
                socket.Dispose();
                socket = await ConnectAsync();
                answers = new AnswerReader(socket);
            }
        }

        socket.Dispose();
    }

    /// <summary>
    /// The instant that a latency counts from. A request at a bounded rate that had to wait for the answer to the one before it counts
    /// from when it was due, so that a stall shows in every request it held up; lateness of the client's own timer does not count.
    /// </summary>
    private async ValueTask<TimeSpan> WaitForTurnAsync(int connection, long sent, TimeSpan free)
    {
        if (plan.PerSecond <= 0)
            return Stopwatch.GetElapsedTime(_began);
        var due = TimeSpan.FromSeconds(((sent * plan.Connections) + connection) / plan.PerSecond);
        var wait = due - Stopwatch.GetElapsedTime(_began);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait);
        return free > due ? due : Stopwatch.GetElapsedTime(_began);
    }

    private void Count(int status, TimeSpan latency, string? told)
    {
        if (status is > 0 and < 400)
        {
            Interlocked.Increment(ref _counted);
            _latencies.Add(latency);
            return;
        }

        _errors.AddOrUpdate(status, 1, static (_, count) => count + 1);
        Interlocked.CompareExchange(ref _firstError, told ?? "", null);
    }
}
