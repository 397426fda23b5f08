using System.Net;
using System.Net.Sockets;

namespace Mlops.Server.Tests.Outputs;

/// <summary>Stands between a client and a store, and cuts the first connections after so many bytes have passed through them.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _target;
    private readonly long _bytes;
    private int _cutsLeft;
    private int _cuts;

    /// <param name="target">The store.</param>
    /// <param name="cuts">Connections to cut.</param>
    /// <param name="bytes">Bytes that each of them carries, in either direction, before it is cut.</param>
    public CuttingProxy(Uri target, int cuts, long bytes)
    {
        (_target, _cutsLeft, _bytes) = (target, cuts, bytes);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections that were cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_target.Host, _target.Port);
            var passed = new Passed();
            await Task.WhenAny(PumpAsync(near, far, passed), PumpAsync(far, near, passed));
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // One of the two went away.
        }

        // A reset in place of a proper end, as when a machine on the way goes down.
        near.LingerState = new LingerOption(true, 0);
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Passed passed)
    {
        var buffer = new byte[16 * 1024];
        for (int count; (count = await from.GetStream().ReadAsync(buffer)) > 0;)
        {
            if (Interlocked.Add(ref passed.Bytes, count) > _bytes && Interlocked.Decrement(ref _cutsLeft) >= 0)
            {
                Interlocked.Increment(ref _cuts);
                return;
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private sealed class Passed
    {
        public long Bytes;
    }
}
