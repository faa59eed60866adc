using Caisson.Core.Failures;
using Caisson.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Qemu;

/// <summary>Machines of QEMU, by the processor's own means where a guest really starts with them, else translated.</summary>
internal sealed class QemuMonitor(MonitorRoot root, bool kvm) : IWritableMonitor
{
    private const string Translator = "/usr/lib/x86_64-linux-gnu/qemu/accel-tcg-x86_64.so";
    private static readonly string[] _firmware = ["bios-microvm.bin", "linuxboot_dma.bin", "pvh.bin"];
    private static readonly string[] _folders = ["/usr/share/qemu", "/usr/share/seabios"];

    public string Name => "qemu";

    /// <summary>What its root is made of.</summary>
    public static MonitorFiles Files(MicroVmOptions options)
    {
        // Debian's program loads its translator when it needs it, from where it was built to look.
        List<(string, string)> further = File.Exists(Translator) ? [(Translator, Translator)] : [];
        foreach (var name in _firmware)
        {
            if (_folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } found)
                further.Add((found, $"{MonitorRoot.Firmware}/{name}"));
        }

        return new MonitorFiles("qemu", options.Qemu, Path.Combine(options.Kernel, "vmlinuz"), [Path.Combine(options.Kernel, "modules")], [], further);
    }

    public bool OrderedDisks => false;

    public bool KeepsDisks => true;

    public string Version => $"{root.Digest}-{(kvm ? "kvm" : "tcg")}";

    public Task<IMachine> StartAsync(MachineStart start, CancellationToken cancellation) =>
        StartAsync(start, machine => start.State is { } state ? machine.TakeUpAsync(state, cancellation) : Task.CompletedTask);

    public Task<IMachine> PutBackAsync(MachineStart start, Stream from, CancellationToken cancellation) =>
        StartAsync(start with { Written = true }, machine => machine.PutBackAsync(from, cancellation));

    public async Task<IMachine> FindAsync(string directory, int pid, CancellationToken cancellation)
    {
        var machine = new QemuMachine(directory, MonitorProcess.Find(pid));
        await machine.OpenCommandsAsync(cancellation).ConfigureAwait(false);
        await machine.SettleAsync(cancellation).ConfigureAwait(false);
        return machine;
    }

    private async Task<IMachine> StartAsync(MachineStart start, Func<QemuMachine, Task> takeUp)
    {
        var machine = Launch(start);
        try
        {
            await takeUp(machine).ConfigureAwait(false);
            return machine;
        }
        catch (Exception e)
        {
            var said = machine.Messages();
            await machine.EndAsync().ConfigureAwait(false);
            if (e is CaissonException failure)
                throw new CaissonException(failure.Code, $"{failure.Message} {said}".Trim(), failure.Remedy, failure.Kind, failure);
            throw;
        }
    }

    private QemuMachine Launch(MachineStart start)
    {
        var inherited = new List<SafeFileHandle>();
        using var line = UnixSockets.Listen(start.Directory, QemuMachine.LineSocket);
        using var commands = UnixSockets.Listen(start.Directory, QemuMachine.CommandSocket);
        try
        {
            var arguments = QemuArguments.Build(start, kvm, line, commands, inherited);
            return new QemuMachine(start.Directory, MonitorProcess.Start(start, root, kvm, arguments, inherited));
        }
        finally
        {
            foreach (var handle in inherited.Where(handle => handle != start.Memory))
                handle.Dispose();
        }
    }
}
