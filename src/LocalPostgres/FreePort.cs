using System.Net;
using System.Net.Sockets;

namespace LocalPostgres;

/// <summary>Finds TCP ports of this machine that nobody listens on.</summary>
internal static class FreePort
{
    // Below the ports that systems give to outgoing connections: a client that keeps trying a dead server's port inside that range
    // can in the end connect to itself, and then holds the port.
    private const int First = 15_432;
    private const int End = 32_000;
    private const int Tries = 200;

    /// <summary>A free port, the preferred one if it is free. Somebody else may take it before its use.</summary>
    public static int Pick(int? preferred)
    {
        if (preferred is { } wanted && IsFree(wanted))
            return wanted;
        for (var i = 0; i < Tries; i++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port))
                return port;
        }

        throw new LocalPostgresException($"No free TCP port was found between {First} and {End} on 127.0.0.1.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, !OperatingSystem.IsWindows());
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
