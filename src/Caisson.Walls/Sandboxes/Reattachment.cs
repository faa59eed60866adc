using System.Text.Json;
using Caisson.Core.Backends;
using Caisson.Linux.Namespaces;
using Caisson.Network.Egress;
using Caisson.Protocol.Host;
using Caisson.Walls.Doors;

namespace Caisson.Walls.Sandboxes;

/// <summary>Finds a running sandbox again by what was written beside it.</summary>
internal static class Reattachment
{
    /// <summary>The sandbox, or null when it is gone and removed.</summary>
    public static async Task<IWalledSandbox?> TryAsync(AttachRequest request, WallResources resources, EgressGateway gateway, CancellationToken cancellation)
    {
        var file = Path.Combine(request.StateDirectory, WallRecord.FileName);
        var record = File.Exists(file) ? JsonSerializer.Deserialize(await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false), WallRecordJson.Default.WallRecord) : null;
        if (record is null || ProcessStatus.StartTime(record.Guest) != record.GuestStart)
        {
            await resources.RemoveAsync(cancellation).ConfigureAwait(false);
            return null;
        }

        if (request.Disk is { } disk && File.Exists(disk))
            resources.Image = Path.GetFullPath(disk);
        resources.Guest = record.Guest;
        resources.Password = record.Password;
        if (record.Ids != 0)
            resources.ClaimIds(record.Ids);
        resources.Network = NetworkNamespace.Reopen(
            $"/proc/{record.Guest}/ns/net", new NetworkNamespaceRequest(WallPorts.Transparent, WallPorts.Listened, NewUser: false));
        resources.Egress = gateway.Attach(WalledSandbox.DoorOf(resources), request.Spec.Egress, request.Timeline, null);
        var guest = new GuestClient(await resources.Launcher.ConnectAsync(resources, null, cancellation).ConfigureAwait(false));
        // Whatever the server before was doing with it, the record says how it is to be.
        var freezer = resources.Cgroup?.FindFreezer();
        if (freezer is not null)
            await (request.Frozen ? freezer.FreezeAsync(cancellation) : freezer.ThawAsync(cancellation)).ConfigureAwait(false);
        var sandbox = WalledSandbox.Adopt(resources, guest, gateway, request);
        if (request.Frozen)
            return sandbox;
        await guest.StatisticsAsync(cancellation).ConfigureAwait(false);
        // The gateway's authority is new with every server.
        await sandbox.PrepareEgressAsync(request.Spec.Egress, cancellation).ConfigureAwait(false);
        return sandbox;
    }
}
