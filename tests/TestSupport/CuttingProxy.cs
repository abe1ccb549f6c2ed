using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TestSupport;

/// <summary>
/// Stands between a client and a server on this machine, and can cut every connection in the moment between the server's having
/// done something and its client's hearing of it.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock guard = new();
    private readonly List<TcpClient> open = [];
    private readonly int server;
    private readonly Task accepting;
    private Func<Task<bool>>? done;
    private TaskCompletionSource cut = new();

    /// <summary>Begins to listen on a port of its own.</summary>
    /// <param name="server">the server's port</param>
    public CuttingProxy(int server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Stands in front of a database server.</summary>
    public CuttingProxy(string connectionString)
        : this(new NpgsqlConnectionStringBuilder(connectionString).Port) => ConnectionString =
            new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = Port }.ConnectionString;

    /// <summary>Where clients find the server through the proxy.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How to reach the database server through the proxy.</summary>
    public string ConnectionString { get; } = "";

    /// <summary>
    /// From now on every answer of the server is held back until <paramref name="whatIsDone"/> has been asked; once it
    /// says yes, all connections are cut instead. The task ends when that has happened.
    /// </summary>
    public Task CutOnceAsync(Func<Task<bool>> whatIsDone)
    {
        lock (guard)
        {
            cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done = whatIsDone;
            return cut.Task;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        CloseAll();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The end, or a client that left before it was served.
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var upstream = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            lock (guard)
                open.AddRange([client, upstream]);
            try
            {
                await upstream.ConnectAsync(IPAddress.Loopback, server, stop.Token);
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), upstream.GetStream(), isAnswer: false),
                    PumpAsync(upstream.GetStream(), client.GetStream(), isAnswer: true));
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // Both ends are closed below, however one of them ended.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, stop.Token)) > 0;)
            {
                if (isAnswer && await CutsAsync())
                    return;
                await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The other end has gone.
        }
    }

    private async Task<bool> CutsAsync()
    {
        Func<Task<bool>>? question;
        lock (guard)
            question = done;
        if (question is null || !await question())
            return false;
        lock (guard)
            done = null;
        CloseAll();
        cut.TrySetResult();
        return true;
    }

    private void CloseAll()
    {
        lock (guard)
        {
            foreach (var client in open)
                client.Close();
            open.Clear();
        }
    }
}
