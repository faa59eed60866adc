using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Qemu;

/// <summary>The command line of a machine. Kept state can only be taken up by a machine with the very same devices, in the same order.</summary>
internal sealed class QemuArguments(List<SafeFileHandle> inherited)
{
    // A program's start is half a megabyte of translations. Where there is no more room all are thrown away, and made again: a fifth of a second.
    private const string Translator = "tcg,thread=single,tb-size=128";
    private const string Common = "console=ttyS0 quiet rdinit=/init panic=-1";
    private readonly List<string> _arguments = [];
    private int _sets;

    /// <summary>Builds it; what it refers to by number is added to what the monitor inherits.</summary>
    public static List<string> Build(MachineStart start, bool kvm, SafeFileHandle line, SafeFileHandle commands, List<SafeFileHandle> inherited) =>
        new QemuArguments(inherited).Build(start, kvm, line, commands);

    private List<string> Build(MachineStart start, bool kvm, SafeFileHandle line, SafeFileHandle commands)
    {
        var memory = start.Shape.MemoryMegabytes.ToString(CultureInfo.InvariantCulture);
        Add("-name", start.Name);
        Add("-accel", kvm ? "kvm" : Translator, "-cpu", kvm ? "host" : "max");
        Add("-m", memory, "-smp", start.Shape.Cpus.ToString(CultureInfo.InvariantCulture));
        Add("-nodefaults", "-no-user-config", "-nographic", "-no-reboot", "-L", MonitorRoot.Firmware);
        Add("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
        // Another clone's memory is only ever read: what this machine writes stays its own.
        Add("-M", "microvm,rtc=on,memory-backend=m");
        Add("-object", $"memory-backend-file,id=m,size={memory}M,mem-path=/proc/self/fd/{Inherit(start.Memory)},share={(start.State is null || start.OwnsMemory ? "on" : "off")}");
        // The monitor keeps all of the kernel in its memory.
        Add("-kernel", start.GoesOn ? MonitorRoot.KernelHead : MonitorRoot.Kernel, "-initrd", MonitorRoot.InitialRamDisk, "-append", kvm ? Common : $"{Common} {Translated()}");
        Add("-global", "virtio-mmio.force-legacy=false");
        Add("-device", "virtio-serial-device,max_ports=2");
        Add("-chardev", $"socket,id=line,fd={Inherit(line)},server=on,wait=off", "-device", "virtserialport,chardev=line,nr=1");
        Add("-chardev", $"socket,id=commands,fd={Inherit(commands)},server=on,wait=off", "-mon", "chardev=commands,mode=control");
        foreach (var disk in start.Disks)
            AddDisk(disk);
        if (start.GoesOn)
            Add("-incoming", "defer");
        return _arguments;
    }

    // Translations go by the address of what they translate: where each program lies at another, each start translates it all again.
    // A translated machine measures its clock against a timer that a busy host serves late, finds none that is good and waits for ever: it is told.
    private static string Translated() =>
        string.Create(CultureInfo.InvariantCulture, $"norandmaps tsc=reliable no_timer_check lpj=8000000 tsc_early_khz={TimeStampCounter.Kilohertz}");

    private void AddDisk(MachineDisk disk)
    {
        var access = disk.ReadOnly ? "readonly=on" : "cache=unsafe,discard=unmap";
        var source = disk.Path is null ? "driver=null-co,read-zeroes=on,size=1M" : $"file={Open(disk)},format=raw,file.locking=off";
        Add("-drive", $"if=none,id={disk.Serial},{source},{access}");
        // A host without room for what the guest writes is told to the guest: by default the machine would stand still, for ever.
        Add("-device", $"virtio-blk-device,drive={disk.Serial},serial={disk.Serial},werror=report,rerror=report");
    }

    // Opened by us and handed over: no path of the host is in the monitor's reach. A machine that is yet to go on reads its disk, then writes to it.
    private string Open(MachineDisk disk)
    {
        _sets++;
        foreach (var access in disk.ReadOnly ? [FileAccess.Read] : (FileAccess[])[FileAccess.Read, FileAccess.ReadWrite])
        {
            var file = File.OpenHandle(disk.Path!, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
            Add("-add-fd", $"fd={Inherit(file)},set={_sets}");
        }

        return $"/dev/fdset/{_sets}";
    }

    private string Inherit(SafeFileHandle handle)
    {
        inherited.Add(handle);
        return handle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);
    }

    private void Add(params ReadOnlySpan<string> arguments) => _arguments.AddRange(arguments);
}
