using System.Text.Json;
using Caisson.Backends.MicroVm.Images;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Snapshots;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Cgroups;
using Caisson.Linux.Interop;
using Caisson.Linux.Namespaces;
using Caisson.Protocol.Messages;
using Caisson.Walls;
using Caisson.Walls.Disks;
using Caisson.Walls.Sandboxes;

namespace Caisson.Backends.MicroVm;

/// <summary>Walls of virtual machines: every sandbox goes on from the kept memory of a machine that was started once for its template.</summary>
public sealed partial class MicroVmBackend : ISandboxBackend, IKeepsMemory
{
    // The program itself, its translations, its threads' stacks and what it caches.
    private const long MonitorBytes = 256L << 20;
    private const int MonitorPids = 64;
    private const int LeastMegabytes = 96;
    private readonly MicroVmOptions _options;
    private readonly WallHost _host;
    private readonly TimeProvider _time;
    private readonly MicroVmHost _machines;
    private readonly LayerImages _images;
    private readonly CopiedMachines _copies;

    /// <summary>Makes the wall's backend; costs nothing until a sandbox is started.</summary>
    public MicroVmBackend(MicroVmOptions options, WallHost host, TimeProvider time)
    {
        (_options, _host, _time) = (options, host, time);
        _machines = new MicroVmHost(options, host);
        _images = new LayerImages(options.Cache);
        _copies = new CopiedMachines(options, host.Ids, time);
    }

    /// <inheritdoc/>
    public string Name => _options.Monitor switch
    {
        MonitorKind.Firecracker => "firecracker",
        MonitorKind.CloudHypervisor => "cloud-hypervisor",
        _ => "microvm",
    };

    /// <inheritdoc/>
    public WallStrength Strength => WallStrength.Machine;

    /// <inheritdoc/>
    public Task<BackendReport> ProbeAsync(CancellationToken cancellation) => MicroVmProbe.RunAsync(Name, _options, _host, _machines, cancellation);

    /// <inheritdoc/>
    public Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        Require(request);
        return Task.Run(() => BuildAsync(request, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        var resources = new MachineResources(request.Id, request.StateDirectory, request.Disk, _host.Ids) { Cgroup = SandboxCgroup.Find(_host.Cgroups, request.Id.Value) };
        try
        {
            var file = Path.Combine(request.StateDirectory, MachineRecord.FileName);
            var record = File.Exists(file) ? JsonSerializer.Deserialize(await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false), MachineRecordJson.Default.MachineRecord) : null;
            if (record is not null && ProcessStatus.StartTime(record.Monitor) == record.MonitorStart)
                return await FindAsync(request, resources, record, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or CaissonException or LinuxException or JsonException)
        {
            // It died meanwhile, or is past being found.
        }

        await resources.RemoveAsync().ConfigureAwait(false);
        return null;
    }

    /// <inheritdoc/>
    public Task SettleAsync(string disk, CancellationToken cancellation) => WallHost.SettleAsync(disk, cancellation);

    /// <inheritdoc/>
    public Task<CapturedLayer> CaptureAsync(string disk, string path, CancellationToken cancellation) => WallHost.CaptureAsync(disk, path, cancellation);

    private async Task<IWalledSandbox> FindAsync(AttachRequest request, MachineResources resources, MachineRecord record, CancellationToken cancellation)
    {
        resources.ClaimIds(record.Ids);
        (resources.Token, resources.Key) = (record.Token, record.Key);
        var monitor = await _machines.MonitorAsync(cancellation).ConfigureAwait(false);
        resources.Machine = await monitor.FindAsync(request.StateDirectory, record.Monitor, cancellation).ConfigureAwait(false);
        resources.Network = NetworkNamespace.Reopen($"/proc/{record.Monitor}/ns/net", MachineResources.NetworkRequest);
        resources.Egress = _host.Gateway.Attach(resources.Door(), request.Spec.Egress, request.Timeline, null);
        var sandbox = await MicroVmSandbox.FindAsync(resources, request.Spec.Egress, detached: true, _host.Gateway, _time, cancellation).ConfigureAwait(false);
        if (request.Frozen)
            await sandbox.FreezeAsync(cancellation).ConfigureAwait(false);
        return sandbox;
    }

    private async Task<IWalledSandbox> BuildAsync(StartRequest request, CancellationToken cancellation)
    {
        var resources = new MachineResources(request.Id, request.StateDirectory, request.Disk, _host.Ids);
        try
        {
            Directory.CreateDirectory(request.StateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var template = await TemplateAsync(request.Root, cancellation).ConfigureAwait(false);
            var shape = ShapeOf(request.Spec.Resources, template);
            var monitor = await _machines.MonitorAsync(cancellation).ConfigureAwait(false);
            var machines = await _machines.KeptAsync(cancellation).ConfigureAwait(false);
            resources.Key = machines.KeyOf(shape, template);
            if (request.Checkpoint is not null)
                return await PutBackAsync(request, resources, shape, monitor, cancellation).ConfigureAwait(false);
            if (request.Copy is { } copy)
                return await GoOnAsCopyAsync(request, copy, resources, shape, monitor, cancellation).ConfigureAwait(false);
            var blank = request.Root.Captured.Count == 0 && !File.Exists(resources.Disk);
            var kept = await (blank ? machines.GetAsync(shape, template, request.Spec.Resources, cancellation) : machines.GetAsync(shape, template, cancellation)).ConfigureAwait(false);
            Furnish(request, resources, shape);
            var sandbox = await GoOnAsync(request, resources, kept, template, monitor, cancellation).ConfigureAwait(false)
                ?? await GoOnAsync(request, resources, kept, template, monitor, cancellation).ConfigureAwait(false)
                ?? throw new CaissonException(ErrorCode.Unavailable, $"the machine did not go on within {_options.StartTimeout.TotalSeconds:0} s", "see whether the host is overloaded");
            await sandbox.PrepareEgressAsync(request.Spec.Egress, cancellation).ConfigureAwait(false);
            return sandbox;
        }
        catch (Exception e)
        {
            var said = resources.Machine?.Messages();
            await resources.RemoveAsync().ConfigureAwait(false);
            if (e is LinuxException or IOException)
                throw new CaissonException(ErrorCode.Internal, $"the microvm wall could not be built: {e.Message} {said}".Trim(), "run 'caisson doctor'", inner: e);
            throw;
        }
    }

    private void Furnish(StartRequest request, MachineResources resources, MachineShape shape)
    {
        resources.TakeIds();
        resources.Network = NetworkNamespace.Create(MachineResources.NetworkRequest);
        if (_host.Cgroups.CanLimit)
            resources.Cgroup = SandboxCgroup.Create(_host.Cgroups, request.Id.Value, Limits(request.Spec.Resources, shape));
        resources.Egress = _host.Gateway.Attach(resources.Door(), request.Spec.Egress, request.Timeline, null);
    }

    // Null when it took too long; then nothing of the machine is left.
    private async Task<MicroVmSandbox?> GoOnAsync(
        StartRequest request, MachineResources resources, KeptMachine kept, MachineTemplate template, IMachineMonitor monitor, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.StartTimeout);
        var isNew = !File.Exists(resources.Disk);
        try
        {
            if (kept.Disk is { } image)
                DiskImage.Copy(image, resources.Disk);
            else if (isNew)
                await _host.Disks.CreateAsync(resources.Disk, request.Spec.Resources.DiskBytes, limit.Token).ConfigureAwait(false);
            resources.Machine = await monitor.StartAsync(StartOf(request, resources, kept.Shape, kept.Memory, kept.State), limit.Token).ConfigureAwait(false);
            return await MicroVmSandbox.AdoptAsync(request, resources, kept.Disk is null ? template.Root(request.Spec.Resources, request.Root.Captured.Count) : null, _host.Gateway, _time, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await resources.EndMachineAsync().ConfigureAwait(false);
            if (isNew)
                File.Delete(resources.Disk);
            return null;
        }
    }

    private async Task<MachineTemplate> TemplateAsync(RootFileSystem root, CancellationToken cancellation)
    {
        var layers = root.Trees.SelectMany(tree => tree.Layers).Distinct(StringComparer.Ordinal).ToList();
        var images = new List<LayerImage>();
        foreach (var layer in layers)
            images.Add(await _images.GetAsync(layer, _options.ImagePatience, cancellation).ConfigureAwait(false));
        var trees = root.Trees.Select(tree =>
        {
            var described = new MachineTree { Target = tree.Target };
            described.Layers.Add(tree.Layers.Select(layer => MachineTemplate.Layer(layers.IndexOf(layer))));
            return described;
        });
        return new MachineTemplate(images, [.. trees]);
    }

    private static void Require(StartRequest request)
    {
        if (!WallHost.IsRoot)
            throw new CaissonException(ErrorCode.Unsupported, "the microvm wall must be run by root: it makes groups and ids for its monitors", "Run the server as root.");
        if (!request.Root.Writable || !request.Root.MultiUser)
            throw new CaissonException(ErrorCode.Unsupported, "the microvm wall starts sandboxes of templates only, not of the host's own system", "Use 'caisson serve' and a sandbox of it, or another wall.");
        if (request.Spec.Mounts.Any(mount => mount.IsVolume))
            throw WallHost.ShowsNoVolumes("microvm");
        if (request.Spec.Nesting)
            throw new CaissonException(ErrorCode.Unsupported, "the microvm wall cannot be divided into cells");
        if (request.Spec.Mounts.Count > 0)
            throw new CaissonException(ErrorCode.Unsupported, "the microvm wall cannot show directories of the host inside", "Copy them in after the start, or use another wall.");
        if (request.Spec.Resources.DiskBytesPerSecond is not null)
            throw new CaissonException(ErrorCode.Unsupported, "the microvm wall cannot bound the speed of a disk", "Use another wall, or ask for no bound.");
        if (request.Root.Captured.Count > MachineTemplate.MaxCaptured)
            throw new CaissonException(ErrorCode.Unsupported, $"the microvm wall can stand on {MachineTemplate.MaxCaptured} snapshots one upon another, and these are {request.Root.Captured.Count}", "Start from an earlier snapshot, or from the template.");
        if (request.Spec.Resources.MemoryBytes >> 20 < LeastMegabytes)
            throw new CaissonException(ErrorCode.InvalidArgument, $"a machine needs at least {LeastMegabytes} MB of memory", "Ask for more.");
    }

    private static MachineShape ShapeOf(Resources resources, MachineTemplate template) =>
        new((int)(resources.MemoryBytes >> 20), Math.Clamp((int)Math.Ceiling(resources.Cpus), 1, 8), [.. template.Layers.Select(layer => layer.Path)]);

    // The first of the clones to write to a page that was empty when the memory was kept is charged for two: the file's, which all have together, and its own.
    private static CgroupLimits Limits(Resources resources, MachineShape shape) =>
        new(2 * ((long)shape.MemoryMegabytes << 20) + MonitorBytes, MonitorPids + shape.Cpus, resources.Cpus);
}
