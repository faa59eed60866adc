using System.Globalization;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Machine;

/// <summary>The machine's disks by their serial numbers, or by their order where they have none.</summary>
/// <remarks>
/// A disk is asked for its size once, when the driver takes it. Those that differ from sandbox to sandbox are let go before the machine's memory is
/// kept and taken again when it is a sandbox of its own.
/// </remarks>
internal sealed class MachineDisks
{
    private const string Driver = "/sys/bus/virtio/drivers/virtio_blk";
    private const string Devices = "/sys/bus/virtio/devices";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);
    private readonly Dictionary<string, string> _devices = new(StringComparer.Ordinal);
    private bool _held;

    /// <summary>Whether a device of the bus is a disk.</summary>
    public static bool IsDisk(string device) => File.ReadAllText($"{device}/device").Trim() == "0x0002";

    /// <summary>Learns which disk is which.</summary>
    /// <param name="ordered">Their names in the order of their devices, which no driver has taken; or none, and the disks say it.</param>
    public void Find(IReadOnlyList<string> ordered)
    {
        _held = ordered.Count == 0;
        if (_held)
        {
            FindSerials();
            return;
        }

        var disks = Directory.EnumerateFileSystemEntries(Devices).Where(IsDisk).Select(device => Path.GetFileName(device)!).OrderBy(Number).ToList();
        if (disks.Count != ordered.Count)
            throw new LinuxException($"{ordered.Count} disks, of which {disks.Count} are there", Errno.ENOENT);
        foreach (var (serial, device) in ordered.Zip(disks))
            _devices[serial] = device;
    }

    /// <summary>Has these and no others.</summary>
    public void Hold(IReadOnlySet<string> kept)
    {
        foreach (var (serial, device) in _devices)
        {
            if (kept.Contains(serial) != _held)
                File.WriteAllText($"{Driver}/{(_held ? "unbind" : "bind")}", device);
        }
    }

    /// <summary>Takes a disk that was let go; one that was never there is yet to be plugged in.</summary>
    public void Take(string serial)
    {
        if (_devices.TryGetValue(serial, out var device))
        {
            File.WriteAllText($"{Driver}/bind", device);
            return;
        }

        for (var round = 0; round < 1000 && !_devices.ContainsKey(serial); round++)
        {
            Thread.Sleep(_pause);
            FindSerials();
        }
    }

    /// <summary>Mounts a disk.</summary>
    public void Mount(string serial, string target, string type, bool readOnly)
    {
        Directory.CreateDirectory(target);
        var node = $"/dev/{Path.GetFileName(Directory.EnumerateDirectories($"{Devices}/{Device(serial)}/block").Single())}";
        var flags = Flags.MS_NOSUID | Flags.MS_NODEV | (readOnly ? Flags.MS_RDONLY : 0);
        LinuxException.Check(Libc.Mount(node, target, type, flags, null), $"mount {serial}");
    }

    private void FindSerials()
    {
        foreach (var disk in Directory.EnumerateDirectories("/sys/block", "vd*"))
        {
            var serial = File.ReadAllText($"{disk}/serial").Trim();
            var device = Path.GetFileName(new DirectoryInfo($"{disk}/device").ResolveLinkTarget(returnFinalTarget: false)!.FullName);
            _devices[serial] = device;
        }
    }

    private static int Number(string device) => int.Parse(device.AsSpan("virtio".Length), CultureInfo.InvariantCulture);

    private string Device(string serial) => _devices.TryGetValue(serial, out var device) ? device : throw new LinuxException($"disk {serial}", Errno.ENOENT);
}
