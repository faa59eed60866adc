using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Network.Egress;
using Caisson.Protocol.Host;
using Caisson.Walls.Doors;
using Caisson.Walls.Launching;

namespace Caisson.Walls.Sandboxes;

/// <summary>A running sandbox whose network, limits and files this kernel keeps, whatever wall its guest is behind.</summary>
internal sealed partial class WalledSandbox : IWalledSandbox
{
    private readonly WallResources _resources;
    private readonly GuestClient _guest;
    private readonly GatewayTrust _trust;
    private readonly EgressGateway _gateway;
    private readonly bool _detached;
    private readonly SemaphoreSlim _ending = new(1, 1);
    private bool _ended;

    private WalledSandbox(WallResources resources, GuestClient guest, EgressGateway gateway, bool detached)
    {
        (_resources, _guest, _trust, _gateway, _detached) = (resources, guest, new GatewayTrust(gateway), gateway, detached);
        Exited = WaitForExitAsync();
    }

    public IGuest Guest => _guest;

    public Task<string> Exited { get; }

    /// <summary>Connections that were refused, newest last.</summary>
    public IReadOnlyList<Core.Events.EgressDecision> Denials => _resources.Egress?.Denials ?? [];

    /// <summary>Waits for the guest of a wall just launched.</summary>
    public static async Task<IWalledSandbox> OpenAsync(
        StartRequest request, WallResources resources, WallLaunch launch, Task network, WallHost host, CancellationToken cancellation)
    {
        using (launch)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(host.Options.StartTimeout);
            GuestClient? guest = null;
            try
            {
                await network.ConfigureAwait(false);
                var control = launch.Control is { } ours ? new NetworkStream(ours, ownsSocket: true) : await resources.Launcher.ConnectAsync(resources, launch, limit.Token).ConfigureAwait(false);
                guest = new GuestClient(control);
                resources.Egress = host.Gateway.Attach(DoorOf(resources), request.Spec.Egress, request.Timeline, null);
                await ConfigureAsync(guest, request, !host.Cgroups.CanLimit || resources.Launcher.OwnKernel, limit.Token).ConfigureAwait(false);
                await resources.Launcher.FindGuestAsync(resources, launch, limit.Token).ConfigureAwait(false);
                if (request.Detached)
                    Write(request.StateDirectory, resources);
                var sandbox = new WalledSandbox(resources, guest, host.Gateway, request.Detached);
                if (request.Root.Writable)
                    await sandbox.PrepareEgressAsync(request.Spec.Egress, limit.Token).ConfigureAwait(false);
                return sandbox;
            }
            catch (Exception e) when (e is CaissonException or OperationCanceledException or LinuxException or SocketException)
            {
                if (guest is not null)
                    await guest.DisposeAsync().ConfigureAwait(false);
                else
                    launch.Control?.Dispose();
                cancellation.ThrowIfCancellationRequested();
                throw new CaissonException(ErrorCode.Internal, $"the wall did not come up: {launch.Messages()}", "run 'caisson doctor'", inner: e);
            }
        }
    }

    /// <summary>Takes over a sandbox that another process of ours started.</summary>
    public static WalledSandbox Adopt(WallResources resources, GuestClient guest, EgressGateway gateway, AttachRequest request) =>
        new(resources, guest, gateway, detached: true) { _frozen = request.Frozen, _deferred = request.Frozen ? request.Spec.Egress : null };

    /// <summary>The gateway's sockets in the sandbox's namespace.</summary>
    public static EgressDoor DoorOf(WallResources resources) => DoorOf(resources.Network!);

    /// <summary>The gateway's sockets in a namespace.</summary>
    public static EgressDoor DoorOf(NetworkNamespace network) =>
        new(network.Transparent, network.Transparent6, network.Dns, network.Listeners[2], network.Listeners[0], network.Listeners[1]);

    public Task PrepareEgressAsync(EgressPolicy policy, CancellationToken cancellation) =>
        policy.Transforms.Count == 0 ? Task.CompletedTask : _trust.InstallAsync(_guest.Files, cancellation);

    public void ApplyEgress(EgressPolicy policy) => _resources.Egress?.Apply(policy);

    public async Task<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            var socket = _resources.Network!.CreateSocket(address.AddressFamily);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new CaissonException(ErrorCode.Unavailable, $"nothing listens on port {port} in the sandbox", "start the service first", FailureKind.Task);
    }

    public Task<SandboxUsage> UsageAsync(CancellationToken cancellation)
    {
        try
        {
            var usage = _resources.Cgroup?.Usage();
            return Task.FromResult(usage is null
                ? new SandboxUsage(TimeSpan.Zero, 0, 0, 0, 0)
                : new SandboxUsage(usage.CpuTime, usage.MemoryBytes, usage.CacheBytes, usage.Pids, usage.OutOfMemoryKills));
        }
        catch (IOException e)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the sandbox is gone", inner: e);
        }
    }

    public async Task KillAsync(CancellationToken cancellation)
    {
        await _ending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_ended)
                return;
            await ThawForEndAsync().ConfigureAwait(false);
            await _resources.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            _resources.Cgroup?.FindFreezer()?.Remove();
            await _guest.DisposeAsync().ConfigureAwait(false);
            _ended = true;
        }
        finally
        {
            _ending.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_detached)
        {
            await KillAsync(CancellationToken.None).ConfigureAwait(false);
            return;
        }

        await _guest.DisposeAsync().ConfigureAwait(false);
        await _resources.ReleaseAsync().ConfigureAwait(false);
    }

    private async Task<string> WaitForExitAsync()
    {
        await _guest.Closed.ConfigureAwait(false);
        return HasRunOutOfMemory() ? "the memory limit ended it" : "the guest ended";
    }

    // Behind a kernel of its own the limit ends that kernel, and everything with it.
    private bool HasRunOutOfMemory()
    {
        try
        {
            return _resources.Launcher.OwnKernel && _resources.Cgroup?.Usage().OutOfMemoryKills > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static Task ConfigureAsync(GuestClient guest, StartRequest request, bool supervise, CancellationToken cancellation)
    {
        var configuration = new GuestConfiguration(request.Spec.Environment, DefaultUser: "user");
        return supervise
            ? guest.SuperviseAsync(configuration, request.Spec.Resources.MemoryBytes, request.Spec.Resources.Pids, cancellation)
            : guest.ConfigureAsync(configuration, cancellation);
    }

    private static void Write(string directory, WallResources resources)
    {
        var record = new WallRecord(resources.Monitor, resources.Guest, ProcessStatus.StartTime(resources.Guest) ?? 0, resources.FirstId, resources.Password);
        var path = Path.Combine(directory, WallRecord.FileName);
        File.WriteAllText($"{path}.new", JsonSerializer.Serialize(record, WallRecordJson.Default.WallRecord));
        File.Move($"{path}.new", path, overwrite: true);
    }
}
