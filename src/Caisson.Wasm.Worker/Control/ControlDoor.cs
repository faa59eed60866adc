using System.Net;
using System.Net.Sockets;

namespace Caisson.Wasm.Worker.Control;

/// <summary>Lets hosts in on the loopback of the sandbox, where nobody else is: modules have no sockets.</summary>
internal sealed class ControlDoor(int port, Calls calls) : IDisposable
{
    private const int MostHosts = 16;
    private readonly TcpListener _listener = new(IPAddress.Loopback, port);
    private readonly SemaphoreSlim _places = new(MostHosts, MostHosts);

    /// <summary>From now on hosts are heard.</summary>
    public void Open() => _listener.Start();

    /// <summary>Serves hosts for ever.</summary>
    public async Task ServeAsync()
    {
        var serving = new List<Task>();
        while (true)
        {
            await _places.WaitAsync().ConfigureAwait(false);
            var socket = await _listener.AcceptSocketAsync().ConfigureAwait(false);
            socket.NoDelay = true;
            serving.RemoveAll(task => task.IsCompleted);
            serving.Add(ServeAsync(socket));
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _places.Dispose();
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var connection = new HostConnection(new NetworkStream(socket, ownsSocket: true), calls);
            await connection.ServeAsync().ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }
}
