using System.Net;
using System.Net.Sockets;
using Caisson.Network.Streams;

namespace Caisson.Network.Egress;

/// <summary>One connection from inside, from its acceptance to its end.</summary>
internal sealed class OpenConnection(Socket client, int headBytes, TimeProvider time, CancellationToken session) : IAsyncDisposable
{
    private readonly CancellationTokenSource _cut = CancellationTokenSource.CreateLinkedTokenSource(session);
    private readonly Lock _lock = new();
    private Wire? _client;
    private bool _disposed;
    private long _lastActivity = time.GetTimestamp();

    /// <summary>The sandbox's end.</summary>
    public Wire Client => _client ??= Wire.Over(client, headBytes, Touch);

    /// <summary>The sandbox's socket.</summary>
    public Socket Socket => client;

    /// <summary>Ends when the connection must.</summary>
    public CancellationToken Cancellation => _cut.Token;

    /// <summary>What is asked for, once known.</summary>
    public EgressTarget? Target { get; private set; }

    /// <summary>The address that is dialled for it, once known.</summary>
    public IPAddress? Address { get; private set; }

    /// <summary>The policy under which it was let through, once it was.</summary>
    public AppliedPolicy? Under { get; private set; }

    /// <summary>Whether the end of this connection must be a reset rather than an orderly close.</summary>
    public bool Broken { get; set; } = true;

    /// <summary>How long nothing has moved.</summary>
    public TimeSpan Idle => time.GetElapsedTime(Volatile.Read(ref _lastActivity));

    /// <summary>Notes that something moved.</summary>
    public void Touch() => Volatile.Write(ref _lastActivity, time.GetTimestamp());

    /// <summary>Notes where it goes and what let it through.</summary>
    public void Bind(EgressTarget target, IPAddress? address, AppliedPolicy under)
    {
        lock (_lock)
            (Target, Address, Under) = (target, address, under);
    }

    /// <summary>What <see cref="Bind"/> noted, all of one moment.</summary>
    public (EgressTarget? Target, IPAddress? Address, AppliedPolicy? Under) Read()
    {
        lock (_lock)
            return (Target, Address, Under);
    }

    /// <summary>Ends it from outside its own flow.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            if (!_disposed)
                _cut.Cancel();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _disposed = true;
        if (Broken)
            Reset(client);
        if (_client is not null)
            await _client.DisposeAsync();
        client.Dispose();
        _cut.Dispose();
    }

    /// <summary>Makes the coming close of a socket a reset.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
