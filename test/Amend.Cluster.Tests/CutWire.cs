using System.Net;
using System.Net.Sockets;

namespace Amend.Cluster.Tests;

/// <summary>A wire to the database that can be cut: while it is, nothing gets through either way, and nothing is lost.</summary>
internal sealed class CutWire : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ManualResetEventSlim _whole = new(initialState: true);
    private readonly int _to;
    private volatile bool _disposed;

    /// <summary>Lays it.</summary>
    /// <param name="to">The database's port on the loopback address.</param>
    public CutWire(int to)
    {
        _to = to;
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>Its port on the loopback address.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts it.</summary>
    public void Cut() => _whole.Reset();

    /// <summary>Mends it.</summary>
    public void Mend() => _whole.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _listener.Stop();
        _whole.Set();
    }

    private void Accept()
    {
        while (true)
        {
            try
            {
                var near = _listener.AcceptTcpClient();
                _whole.Wait();
                var far = new TcpClient("127.0.0.1", _to);
                Carry(near, far);
                Carry(far, near);
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                if (_disposed)
                    return; // Else the database was away.
            }
        }
    }

    private void Carry(TcpClient from, TcpClient to) => new Thread(() =>
    {
        var bytes = new byte[1 << 16];
        try
        {
            while (from.GetStream().Read(bytes) is > 0 and var read)
            {
                _whole.Wait();
                to.GetStream().Write(bytes.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // One end has gone, and the other is told.
        }

        from.Close();
        to.Close();
    }) { IsBackground = true }.Start();
}
