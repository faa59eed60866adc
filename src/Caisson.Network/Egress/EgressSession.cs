using System.Net.Sockets;
using Caisson.Core.Events;
using Caisson.Core.Policy;
using Caisson.Network.Dns;
using Caisson.Network.Proxies;

namespace Caisson.Network.Egress;

/// <summary>The egress door of one sandbox, open.</summary>
public sealed partial class EgressSession : IAsyncDisposable
{
    private static readonly TimeSpan _breather = TimeSpan.FromMilliseconds(50);

    private readonly EgressGateway _gateway;
    private readonly EgressDoor _door;
    private readonly CancellationTokenSource _ending = new();
    private readonly RunningTasks _tasks = new();
    private readonly HashSet<OpenConnection> _open = [];
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile AppliedPolicy _applied;
    private bool _sweeping;
    private int _disposing;

    internal EgressSession(EgressGateway gateway, EgressDoor door, EgressPolicy policy, ITimeline timeline, string? proxyCredential)
    {
        _gateway = gateway;
        _door = door;
        _applied = new AppliedPolicy(policy);
        Journal = new DecisionJournal(timeline, gateway.Options, gateway.Time);
        Names = new NameMap(gateway.Options.MaxNames);
        Credential = new ProxyCredential(proxyCredential);
    }

    /// <summary>The latest refusals, oldest first, equal ones of a few seconds once.</summary>
    public IReadOnlyList<EgressDecision> Denials => Journal.Denials;

    /// <summary>How many connections are open.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    internal AppliedPolicy Applied => _applied;

    internal EgressGateway Gateway => _gateway;

    internal DecisionJournal Journal { get; }

    internal NameMap Names { get; }

    internal ProxyCredential Credential { get; }

    /// <summary>Replaces the policy; open connections that the new one refuses are cut.</summary>
    public void Apply(EgressPolicy policy)
    {
        OpenConnection[] open;
        lock (_lock)
        {
            _applied = new AppliedPolicy(policy);
            open = [.. _open];
        }

        foreach (var connection in open)
        {
            if (!StillAllowed(connection))
                connection.Cut();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposing, 1) != 0)
        {
            await _disposed.Task;
            return;
        }

        await _ending.CancelAsync();
        foreach (var socket in Sockets())
            socket.Dispose();
        await _tasks.DrainAsync();
        _ending.Dispose();
        _gateway.Forget(this);
        _disposed.SetResult();
    }

    internal void Start()
    {
        _tasks.Run(() => AcceptAsync(_door.Transparent, TransparentDoor.ServeAsync));
        Listen(_door.Transparent6, TransparentDoor.ServeAsync);
        Listen(_door.HttpProxy, HttpProxyDoor.ServeAsync);
        Listen(_door.SocksProxy, SocksProxyDoor.ServeAsync);
        var dns = new DnsDoor(new DnsResponder(Names, () => _applied.Policy, () => _gateway.Names), _gateway.Options, _tasks);
        Listen(_door.DnsTcp, (_, open) => dns.ServeAsync(open));
        _tasks.Run(() => GuardAsync(() => dns.ServeAsync(_door.Dns, _ending.Token)));
    }

    internal bool StillAllowed(OpenConnection connection)
    {
        var (target, address, under) = connection.Read();
        return target is null || under is null || Passage.StillAllowed(_applied.Policy, under, target, address);
    }

    private IEnumerable<Socket> Sockets() =>
        new[] { _door.Transparent, _door.Transparent6, _door.Dns, _door.DnsTcp, _door.HttpProxy, _door.SocksProxy }.OfType<Socket>();

    private void Listen(Socket? listener, Func<EgressSession, OpenConnection, Task> serve)
    {
        if (listener is not null)
            _tasks.Run(() => AcceptAsync(listener, serve));
    }

    private async Task AcceptAsync(Socket listener, Func<EgressSession, OpenConnection, Task> serve)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                Serve(await listener.AcceptAsync(_ending.Token), serve);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception e)
            {
                // Out of descriptors, or a client that was gone before it was accepted.
                LogAcceptFailed(_gateway.Logger, e);
                await GuardAsync(() => Task.Delay(_breather, _gateway.Time, _ending.Token));
            }
        }
    }

    private void Serve(Socket client, Func<EgressSession, OpenConnection, Task> serve)
    {
        OpenConnection? connection = null;
        lock (_lock)
        {
            if (_open.Count < _gateway.Options.MaxConnections && !_ending.IsCancellationRequested)
            {
                connection = new OpenConnection(client, _gateway.Options.MaxHeadBytes, _gateway.Time, _ending.Token);
                _open.Add(connection);
                if (!_sweeping)
                    _tasks.Run(() => GuardAsync(SweepAsync));
                _sweeping = true;
            }
        }

        if (connection is null)
        {
            // Noted first: whoever sees the reset must find the reason.
            Journal.Limit("connections", _gateway.Options.MaxConnections);
            OpenConnection.Reset(client);
            client.Dispose();
            return;
        }

        _tasks.Run(() => ServeAsync(connection, serve));
    }

    private async Task ServeAsync(OpenConnection connection, Func<EgressSession, OpenConnection, Task> serve)
    {
        await GuardAsync(async () =>
        {
            connection.Socket.NoDelay = true;
            await serve(this, connection);
        });
        await GuardAsync(async () => await connection.DisposeAsync());
        lock (_lock)
            _open.Remove(connection);
    }

    // Cuts what has been silent too long; begun with the first connection.
    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(
            TimeSpan.FromMilliseconds(Math.Clamp(_gateway.Options.IdleTimeout.TotalMilliseconds / 4, 50, 60_000)), _gateway.Time);
        while (await timer.WaitForNextTickAsync(_ending.Token))
        {
            OpenConnection[] open;
            lock (_lock)
                open = [.. _open];
            foreach (var connection in open)
            {
                if (connection.Idle > _gateway.Options.IdleTimeout)
                    connection.Cut();
            }
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException or InvalidDataException)
        {
            // The other side went away or sent what it may not: its own affair.
        }
        catch (Exception e)
        {
            LogFailed(_gateway.Logger, e);
        }
    }
}
