using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Monitors.Api;
using Caisson.Backends.MicroVm.Monitors.CloudHypervisor;
using Caisson.Backends.MicroVm.Monitors.Firecracker;
using Caisson.Backends.MicroVm.Monitors.Qemu;
using Caisson.Backends.MicroVm.Snapshots;
using Caisson.Core.Failures;
using Caisson.Walls;

namespace Caisson.Backends.MicroVm;

/// <summary>What of this host machines are made with, found out once, when it is first needed.</summary>
internal sealed class MicroVmHost(MicroVmOptions options, WallHost host)
{
    private readonly Lock _lock = new();
    private Task<Found>? _found;

    /// <summary>The monitor, with the processor's own means where a guest really starts with them.</summary>
    public async Task<IMachineMonitor> MonitorAsync(CancellationToken cancellation) => Usable(await FindAsync(cancellation).ConfigureAwait(false)).Monitor;

    /// <summary>Kept machines of that monitor.</summary>
    public async Task<KeptMachines> KeptAsync(CancellationToken cancellation) => Usable(await FindAsync(cancellation).ConfigureAwait(false)).Kept;

    /// <summary>Whether a guest starts with KVM here.</summary>
    public async Task<bool> KvmAsync(CancellationToken cancellation) => (await FindAsync(cancellation).ConfigureAwait(false)).Kvm;

    private Found Usable(Found found) => found.Kvm || options.Monitor == MonitorKind.Qemu
        ? found
        : throw new CaissonException(ErrorCode.Unsupported, $"{found.Monitor.Name} needs KVM, and no guest starts with it here", "use a host with working virtualization");

    private Task<Found> FindAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            // What failed is tried again by whoever asks next.
            if (_found is null or { IsFaulted: true })
                _found = Task.Run(LookAsync, CancellationToken.None);
            return _found.WaitAsync(cancellation);
        }
    }

    private async Task<Found> LookAsync()
    {
        PassingPlace.Sweep(options.Cache);
        IMachineApi? api = options.Monitor switch
        {
            MonitorKind.Firecracker => new FirecrackerApi(),
            MonitorKind.CloudHypervisor => new CloudHypervisorApi(),
            _ => null,
        };
        var files = api is null ? QemuMonitor.Files(options) : ApiMonitor.Files(api, options.Program, options.Kernel);
        var root = await MonitorRoot.MakeAsync(options.Cache, files, host.Options.Guest, CancellationToken.None).ConfigureAwait(false);
        IMachineMonitor tried = api is null ? new QemuMonitor(root, kvm: true) : new ApiMonitor(api, root);
        var kvm = await KvmProbe.RunAsync(tried, root.Digest, options, host.Ids).ConfigureAwait(false);
        var monitor = kvm || api is not null ? tried : new QemuMonitor(root, kvm: false);
        return new Found(monitor, new KeptMachines(monitor, options, host.Ids, host.Disks), kvm);
    }

    private sealed record Found(IMachineMonitor Monitor, KeptMachines Kept, bool Kvm);
}
