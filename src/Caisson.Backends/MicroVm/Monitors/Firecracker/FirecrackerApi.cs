using System.Text.Json.Nodes;
using Caisson.Backends.MicroVm.Monitors.Api;

namespace Caisson.Backends.MicroVm.Monitors.Firecracker;

/// <summary>Firecracker's API: the machine is described piece by piece, then started; a kept one is loaded into a monitor that was told nothing else.</summary>
internal sealed class FirecrackerApi : IMachineApi
{
    private const string State = "state";
    private const string Memory = "memory";
    // No serial port, so that a guest cannot fill what its monitor says.
    private const string CommandLine = "reboot=k panic=-1 quiet 8250.nr_uarts=0 rdinit=/init caisson.line=vsock caisson.disks=ordered";

    public string Name => "firecracker";

    public bool OrderedDisks => true;

    public IReadOnlyList<string> StateFiles => [State];

    public string MemoryFile => Memory;

    public IReadOnlyList<string> Arguments(string name) => ["--id", name, "--api-sock", JailPlaces.Api];

    public Task ReadyAsync(ApiSocket socket, CancellationToken cancellation) => socket.ReadyAsync("/", cancellation);

    public async Task StartAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation)
    {
        await PutAsync("/machine-config", new JsonObject { ["vcpu_count"] = Processors(start.Shape.Cpus), ["mem_size_mib"] = start.Shape.MemoryMegabytes }).ConfigureAwait(false);
        await PutAsync("/boot-source", new JsonObject { ["kernel_image_path"] = MonitorRoot.Kernel, ["initrd_path"] = MonitorRoot.InitialRamDisk, ["boot_args"] = CommandLine }).ConfigureAwait(false);
        foreach (var disk in start.Disks)
        {
            var drive = new JsonObject { ["drive_id"] = disk.Serial, ["path_on_host"] = JailPlaces.Disk(disk), ["is_root_device"] = false, ["is_read_only"] = disk.ReadOnly };
            await PutAsync($"/drives/{disk.Serial}", drive).ConfigureAwait(false);
        }

        await PutAsync("/vsock", new JsonObject { ["guest_cid"] = 3, ["uds_path"] = JailPlaces.Line }).ConfigureAwait(false);
        await PutAsync("/actions", new JsonObject { ["action_type"] = "InstanceStart" }).ConfigureAwait(false);

        Task PutAsync(string target, JsonObject body) => socket.CallAsync(HttpMethod.Put, target, body, cancellation);
    }

    public Task TakeUpAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation) => socket.CallAsync(
        HttpMethod.Put,
        "/snapshot/load",
        new JsonObject
        {
            ["snapshot_path"] = $"{JailPlaces.Kept}/{State}",
            ["mem_backend"] = new JsonObject { ["backend_type"] = "File", ["backend_path"] = $"{JailPlaces.Kept}/{Memory}" },
            ["resume_vm"] = true,
        },
        cancellation);

    public Task StopAsync(ApiSocket socket, CancellationToken cancellation) => ChangeAsync(socket, "Running", "Paused", cancellation);

    public Task GoOnAsync(ApiSocket socket, CancellationToken cancellation) => ChangeAsync(socket, "Paused", "Resumed", cancellation);

    public Task KeepAsync(ApiSocket socket, CancellationToken cancellation) => socket.CallAsync(
        HttpMethod.Put,
        "/snapshot/create",
        new JsonObject { ["snapshot_type"] = "Full", ["snapshot_path"] = $"{JailPlaces.Kept}/{State}", ["mem_file_path"] = $"{JailPlaces.Kept}/{Memory}" },
        cancellation);

    // One, or an even number.
    private static int Processors(int asked) => asked == 1 ? 1 : asked + (asked % 2);

    private static async Task ChangeAsync(ApiSocket socket, string from, string to, CancellationToken cancellation)
    {
        var answer = await socket.CallAsync(HttpMethod.Get, "/", null, cancellation).ConfigureAwait(false);
        if (MachineState.Of(answer) == from)
            await socket.CallAsync(HttpMethod.Patch, "/vm", new JsonObject { ["state"] = to }, cancellation).ConfigureAwait(false);
    }
}
