using System.Diagnostics;
using System.Globalization;
using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Monitors.Api;
using Caisson.Backends.MicroVm.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>A machine that is told what to do over the socket of a fake, with a directory and a memory of its own.</summary>
internal sealed class ApiBench : IAsyncDisposable
{
    private readonly Process _monitor = Process.Start(new ProcessStartInfo("sleep", ["300"]))!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("caisson-api-").FullName;

    public SafeFileHandle Memory { get; } = SealedMemory.Create(1 << 20);

    public static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    /// <summary>The machine of a monitor that listens, or will, in the directory.</summary>
    public ApiMachine Machine(IMachineApi api, double patience = 20) => new(
        api, new ApiSocket(Path.Combine(Folder, FakeApi.Socket), TimeSpan.FromSeconds(patience)), Path.Combine(Folder, "line.sock"), Folder, Memory, MonitorProcess.Find(_monitor.Id));

    /// <summary>A machine of one layer, with a disk and room for one before it.</summary>
    public MachineStart Start(byte[]? state, string? disk = null, int cpus = 1) => new(
        "name", Folder, new MachineShape(128, cpus, ["/host/layer.erofs"]),
        [new MachineDisk("layer0", "/host/layer.erofs", ReadOnly: true), new MachineDisk("disk", disk, ReadOnly: false), new MachineDisk("before0", null, ReadOnly: true)],
        Memory, state, Owner: 0, Network: null, Cgroup: null);

    public async ValueTask DisposeAsync()
    {
        _monitor.Kill();
        await _monitor.WaitForExitAsync();
        _monitor.Dispose();
        Memory.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A member of a request's body, wherever in it.</summary>
    public static bool Says(string request, string name, IFormattable value) => request.Contains(string.Create(CultureInfo.InvariantCulture, $"\"{name}\":{value}"), StringComparison.Ordinal);
}
