using System.Security.Cryptography;
using Caisson.Backends.MicroVm.Doors;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Network.Egress;
using Caisson.Protocol.Host;
using Caisson.Protocol.Lines;
using Caisson.Protocol.Messages;
using Caisson.Walls.Doors;

namespace Caisson.Backends.MicroVm;

/// <summary>A running sandbox in a machine of its own.</summary>
internal partial class MicroVmSandbox : IWalledSandbox
{
    private const int EntropyBytes = 256;
    private readonly MachineResources _resources;
    private readonly GuestClient _guest;
    private readonly GatewayTrust _trust;
    private readonly TimeProvider _time;
    private readonly bool _detached;
    private readonly SemaphoreSlim _ending = new(1, 1);
    private bool _ended;

    private MicroVmSandbox(MachineResources resources, GuestClient guest, EgressGateway gateway, TimeProvider time, bool detached)
    {
        (_resources, _guest, _trust, _time, _detached) = (resources, guest, new GatewayTrust(gateway), time, detached);
        Exited = WaitForExitAsync();
    }

    public IGuest Guest => _guest;

    public Task<string> Exited { get; }

    /// <summary>Makes a machine that has just gone on from kept memory a sandbox of its own.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="resources">The machine.</param>
    /// <param name="root">The root that it has yet to put together, or null where it is in it.</param>
    /// <param name="gateway">The gateway.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<MicroVmSandbox> AdoptAsync(
        StartRequest request, MachineResources resources, EnterRoot? root, EgressGateway gateway, TimeProvider time, CancellationToken cancellation)
    {
        resources.Token = RandomNumberGenerator.GetBytes(LineGreeting.TokenSize);
        return GreetAsync(
            resources,
            LineGreeting.FirstToken.ToArray(),
            async guest =>
            {
                if (root is not null)
                    await guest.EnterRootAsync(root, cancellation).ConfigureAwait(false);
                await guest.AdoptMachineAsync(Self(resources, time), cancellation).ConfigureAwait(false);
                await guest.ConfigureAsync(new GuestConfiguration(request.Spec.Environment, DefaultUser: "user"), cancellation).ConfigureAwait(false);
                return Own(request, resources, guest, gateway, time);
            },
            cancellation);
    }

    /// <summary>Makes a machine that goes on from the memory of another sandbox's, which a host greets with that one's token, a sandbox of its own.</summary>
    public static Task<MicroVmSandbox> RenewAsync(StartRequest request, MachineResources resources, byte[] token, EgressGateway gateway, TimeProvider time, CancellationToken cancellation)
    {
        resources.Token = RandomNumberGenerator.GetBytes(LineGreeting.TokenSize);
        return GreetAsync(
            resources,
            token,
            async guest =>
            {
                await guest.RenewMachineAsync(Self(resources, time), cancellation).ConfigureAwait(false);
                return Own(request, resources, guest, gateway, time);
            },
            cancellation);
    }

    /// <summary>Takes over a machine that has been a sandbox before: another process of ours started it, or it was put back from disk. It runs.</summary>
    public static async Task<MicroVmSandbox> FindAsync(
        MachineResources resources, EgressPolicy egress, bool detached, EgressGateway gateway, TimeProvider time, CancellationToken cancellation)
    {
        // Whatever the server before was doing with it; a guest that stands still cannot answer.
        await resources.Machine!.GoOnAsync(cancellation).ConfigureAwait(false);
        return await GreetAsync(
            resources,
            resources.Token,
            async guest =>
            {
                await guest.SetClockAsync(time.GetUtcNow(), cancellation).ConfigureAwait(false);
                var sandbox = Of(resources, guest, gateway, time, detached);
                await sandbox.PrepareEgressAsync(egress, cancellation).ConfigureAwait(false);
                return sandbox;
            },
            cancellation).ConfigureAwait(false);
    }

    public Task PrepareEgressAsync(EgressPolicy policy, CancellationToken cancellation) =>
        policy.Transforms.Count == 0 ? Task.CompletedTask : _trust.InstallAsync(_guest.Files, cancellation);

    public void ApplyEgress(EgressPolicy policy) => _resources.Egress?.Apply(policy);

    public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) =>
        (_resources.Line ?? throw Gone()).ConnectAsync(port, cancellation);

    public async Task<SandboxUsage> UsageAsync(CancellationToken cancellation)
    {
        try
        {
            var time = _resources.Cgroup?.Usage().CpuTime ?? TimeSpan.Zero;
            if (!_frozen)
                _lastUse = await _guest.MachineUseAsync(cancellation).ConfigureAwait(false);
            return new SandboxUsage(time, _lastUse.MemoryBytes, _lastUse.CacheBytes, _lastUse.Pids, _lastUse.OutOfMemoryKills);
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
            await _resources.RemoveAsync().ConfigureAwait(false);
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
        await _resources.DisposeAsync().ConfigureAwait(false);
    }

    // The guest is let go of where no sandbox comes of it.
    private static async Task<MicroVmSandbox> GreetAsync(MachineResources resources, byte[] token, Func<GuestClient, Task<MicroVmSandbox>> take, CancellationToken cancellation)
    {
        var guest = await ConnectAsync(resources, token, cancellation).ConfigureAwait(false);
        try
        {
            return await take(guest).ConfigureAwait(false);
        }
        catch
        {
            await guest.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static MicroVmSandbox Own(StartRequest request, MachineResources resources, GuestClient guest, EgressGateway gateway, TimeProvider time)
    {
        if (request.Detached)
            resources.Write();
        return Of(resources, guest, gateway, time, request.Detached);
    }

    private static async Task<GuestClient> ConnectAsync(MachineResources resources, byte[] token, CancellationToken cancellation)
    {
        var door = new OutgoingDoor(resources.Network!);
        resources.Line = await Line.OpenAsync(await resources.Machine!.OpenLineAsync(cancellation).ConfigureAwait(false), token, door.ServeAsync, cancellation).ConfigureAwait(false);
        return new GuestClient(await resources.Line.OpenControlAsync(cancellation).ConfigureAwait(false));
    }

    private static MachineSelf Self(MachineResources resources, TimeProvider time) => new()
    {
        UnixNanoseconds = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100,
        Entropy = Google.Protobuf.ByteString.CopyFrom(RandomNumberGenerator.GetBytes(EntropyBytes)),
        HostName = resources.Id.Value,
        MachineId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        BootId = Guid.NewGuid().ToString(),
        LineToken = Google.Protobuf.ByteString.CopyFrom(resources.Token),
    };

    private async Task<string> WaitForExitAsync()
    {
        await Task.WhenAny(_guest.Closed, _resources.Line!.Closed).ConfigureAwait(false);
        return "the machine ended";
    }
}
