using System.Runtime.InteropServices;
using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Namespaces;
using Caisson.Network.Egress;
using Caisson.Walls.Doors;
using Caisson.Walls.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Nesting;

/// <summary>Groups beside the sandbox's own, and a network that its user namespace owns, so that the program inside can enter it.</summary>
internal sealed class NestedCell : INestedCell
{
    private readonly SandboxCgroup _group;
    private readonly IReadOnlyList<SafeFileHandle> _joins;
    private readonly SafeFileHandle _owner;
    private readonly EgressGateway _gateway;
    private NetworkNamespace _network;
    private EgressSession _session;

    public NestedCell(SandboxCgroup group, SafeFileHandle owner, EgressGateway gateway)
    {
        (_group, _owner, _gateway) = (group, owner, gateway);
        _joins = group.OpenJoins();
        (_network, _session) = Connect();
    }

    public void Limit(Resources resources)
    {
        try
        {
            _group.Change(LimitsOf(resources));
        }
        catch (IOException refused)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the limits of a cell could not be changed", kind: FailureKind.Infrastructure, inner: refused);
        }
    }

    public static CgroupLimits LimitsOf(Resources resources) => new(resources.MemoryBytes, resources.Pids, resources.Cpus);

    public long OutOfMemoryKills => _group.Usage().OutOfMemoryKills;

    public IReadOnlyList<EgressDecision> Denials => _session.Denials;

    /// <summary>The network, then the groups.</summary>
    public IReadOnlyList<SafeHandle> Descriptors => [_network.Handle, .. _joins];

    // A connection that was closed is remembered for a minute, with its ports.
    public bool HasTraces
    {
        get
        {
            Span<byte> text = stackalloc byte[512];
            var length = RandomAccess.Read(_network.Counters!, text, 0);
            return _session.Denials.Count > 0 || text[..length].IndexOf(" tw 0 "u8) < 0;
        }
    }

    public async Task RenewNetworkAsync()
    {
        var (network, session) = (_network, _session);
        (_network, _session) = await Task.Run(Connect).ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
        network.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync().ConfigureAwait(false);
        _network.Dispose();
        foreach (var join in _joins)
            join.Dispose();
        await _group.RemoveAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private (NetworkNamespace, EgressSession) Connect()
    {
        var network = NetworkNamespace.Create(new NetworkNamespaceRequest(WallPorts.Transparent, WallPorts.Listened, NewUser: false) { Owner = _owner });
        return (network, _gateway.Attach(WalledSandbox.DoorOf(network), EgressPolicy.None, SilentTimeline.Instance, null));
    }
}
