using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Monitors.Api;
using Caisson.Backends.MicroVm.Snapshots;
using Caisson.Linux.Interop;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>The jail of monitors that open their files themselves, with a static shell in the monitor's place.</summary>
public sealed class ApiJailTests : IDisposable
{
    private const string Shell = "/bin/busybox";
    private const uint Owner = 0x1fff_0000;
    private const string Script = """
        say() { echo "$1 $?" >> /run/seen; }
        { read line < /disks/layer0; } 2>/dev/null; say "layer $line"
        { echo written > /disks/disk; } 2>/dev/null; say disk
        { echo changed > /disks/layer0; } 2>/dev/null; say layer-write
        { echo changed > /kept/state; } 2>/dev/null; say kept-write
        { echo changed > /disks/other; } 2>/dev/null; say disks-write
        { read line < /kept/memory; } 2>/dev/null; say "memory $line"
        { read line < /kept/state; } 2>/dev/null; say "state $line"
        echo end >> /run/seen
        read forever < /proc/self/fd/1
        while :; do :; done
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("caisson-jail-").FullName;

    [Fact]
    public async Task It_shows_disks_kept_state_and_a_place_for_sockets_and_lets_only_disks_be_written()
    {
        Assert.SkipWhen(Libc.GetUid() != 0, "not root");
        Assert.SkipUnless(File.Exists(Shell), "no static busybox");
        File.WriteAllText(Path.Combine(_folder, "layer"), "of-the-template\n");
        File.SetUnixFileMode(Path.Combine(_folder, "layer"), UnixFileMode.UserRead);
        File.WriteAllText(Path.Combine(_folder, "disk"), "of-the-sandbox");
        foreach (var kernel in (string[])["kernel/modules", "kernel/modules-sh"])
            Directory.CreateDirectory(Path.Combine(_folder, kernel));
        File.WriteAllText(Path.Combine(_folder, "kernel/vmlinux"), "kernel");
        using var memory = SealedMemory.Create(4096);
        RandomAccess.Write(memory, "remembered\n"u8, 0);
        SealedMemory.Seal(memory);
        var api = new ShellApi(Script);
        var root = await MonitorRoot.MakeAsync(Path.Combine(_folder, "cache"), ApiMonitor.Files(api, Shell, Path.Combine(_folder, "kernel")), Path.Combine(_folder, "layer"), ApiBench.Soon);
        MachineDisk[] disks = [new("layer0", Path.Combine(_folder, "layer"), ReadOnly: true), new("disk", Path.Combine(_folder, "disk"), ReadOnly: false), new("before0", null, ReadOnly: true)];
        var start = new MachineStart("name", _folder, new MachineShape(128, 1, []), disks, memory, [5, 0, 0, 0, .. "kept\n"u8], Owner, Network: null, Cgroup: null);
        var machine = await new ApiMonitor(api, root).StartAsync(start, ApiBench.Soon);
        try
        {
            var seen = await SeenAsync(JailPlaces.Seen(machine.Pid, "/run/seen"), machine);
            Assert.Equal(["layer of-the-template 0", "disk 0", "layer-write 1", "kept-write 1", "disks-write 1", "memory remembered 0", "state kept 0", "end"], seen);
            Assert.Equal("written\n", File.ReadAllText(Path.Combine(_folder, "disk")));
            Assert.Equal(["dev", "disks", "kept", "machine", "proc", "run", "usr"], Directory.EnumerateDirectories(JailPlaces.Seen(machine.Pid, "/")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        }
        finally
        {
            await machine.EndAsync();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string[]> SeenAsync(string path, IMachine machine)
    {
        for (var round = 0; round < 500; round++)
        {
            if (File.Exists(path) && await File.ReadAllLinesAsync(path) is [.., "end"] lines)
                return lines;
            await Task.Delay(20);
        }

        throw new TimeoutException($"the shell said: {machine.Messages()} {(File.Exists(path) ? await File.ReadAllTextAsync(path) : "")}");
    }
}
