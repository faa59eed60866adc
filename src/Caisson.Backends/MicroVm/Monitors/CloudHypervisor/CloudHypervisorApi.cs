using System.Text.Json.Nodes;
using Caisson.Backends.MicroVm.Monitors.Api;

namespace Caisson.Backends.MicroVm.Monitors.CloudHypervisor;

/// <summary>Cloud Hypervisor's API: the machine is described at once, then started; disks that differ between sandboxes are plugged in when it goes on.</summary>
internal sealed class CloudHypervisorApi : IMachineApi
{
    private const string Root = "/api/v1";
    private const string CommandLine = "panic=-1 quiet 8250.nr_uarts=0 rdinit=/init caisson.line=vsock";

    public string Name => "cloud-hypervisor";

    public bool OrderedDisks => false;

    public IReadOnlyList<string> StateFiles => ["config.json", "state.json"];

    public string MemoryFile => "memory-ranges";

    public IReadOnlyList<string> Arguments(string name) => ["--api-socket", $"path={JailPlaces.Api}", "--seccomp", "true"];

    public Task ReadyAsync(ApiSocket socket, CancellationToken cancellation) => socket.ReadyAsync($"{Root}/vmm.ping", cancellation);

    public async Task StartAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation)
    {
        var machine = new JsonObject
        {
            ["cpus"] = new JsonObject { ["boot_vcpus"] = start.Shape.Cpus, ["max_vcpus"] = start.Shape.Cpus },
            ["memory"] = new JsonObject { ["size"] = (long)start.Shape.MemoryMegabytes << 20 },
            ["payload"] = new JsonObject { ["kernel"] = MonitorRoot.Kernel, ["initramfs"] = MonitorRoot.InitialRamDisk, ["cmdline"] = CommandLine },
            ["disks"] = new JsonArray([.. start.Disks.Where(disk => IsLayer(start, disk)).Select(Described)]),
            ["rng"] = new JsonObject { ["src"] = "/dev/urandom" },
            ["vsock"] = new JsonObject { ["cid"] = 3, ["socket"] = JailPlaces.Line },
            // A guest cannot fill what its monitor says.
            ["serial"] = new JsonObject { ["mode"] = "Off" },
            ["console"] = new JsonObject { ["mode"] = "Off" },
        };
        await PutAsync(socket, "vm.create", machine, cancellation).ConfigureAwait(false);
        await PutAsync(socket, "vm.boot", null, cancellation).ConfigureAwait(false);
    }

    public async Task TakeUpAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation)
    {
        await PutAsync(socket, "vm.restore", new JsonObject { ["source_url"] = $"file://{JailPlaces.Kept}" }, cancellation).ConfigureAwait(false);
        await PutAsync(socket, "vm.resume", null, cancellation).ConfigureAwait(false);
        // The size of a disk that was there is kept with the machine, whatever its file is now.
        foreach (var disk in start.Disks.Where(disk => disk.Path is not null && !IsLayer(start, disk)))
            await PutAsync(socket, "vm.add-disk", Described(disk), cancellation).ConfigureAwait(false);
    }

    public Task StopAsync(ApiSocket socket, CancellationToken cancellation) => ChangeAsync(socket, "Running", "vm.pause", cancellation);

    public Task GoOnAsync(ApiSocket socket, CancellationToken cancellation) => ChangeAsync(socket, "Paused", "vm.resume", cancellation);

    public Task KeepAsync(ApiSocket socket, CancellationToken cancellation) =>
        PutAsync(socket, "vm.snapshot", new JsonObject { ["destination_url"] = $"file://{JailPlaces.Kept}" }, cancellation);

    private static bool IsLayer(MachineStart start, MachineDisk disk) => disk.Path is not null && start.Shape.Layers.Contains(disk.Path, StringComparer.Ordinal);

    private static JsonObject Described(MachineDisk disk) =>
        new() { ["id"] = disk.Serial, ["path"] = JailPlaces.Disk(disk), ["readonly"] = disk.ReadOnly, ["serial"] = disk.Serial, ["image_type"] = "Raw" };

    private static Task<string> PutAsync(ApiSocket socket, string action, JsonObject? body, CancellationToken cancellation) =>
        socket.CallAsync(HttpMethod.Put, $"{Root}/{action}", body, cancellation);

    private static async Task ChangeAsync(ApiSocket socket, string from, string action, CancellationToken cancellation)
    {
        var answer = await socket.CallAsync(HttpMethod.Get, $"{Root}/vm.info", null, cancellation).ConfigureAwait(false);
        if (MachineState.Of(answer) == from)
            await PutAsync(socket, action, null, cancellation).ConfigureAwait(false);
    }
}
