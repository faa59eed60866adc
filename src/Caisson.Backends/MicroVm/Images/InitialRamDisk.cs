using System.Globalization;
using System.Text;

namespace Caisson.Backends.MicroVm.Images;

/// <summary>The first file system of a machine: the guest as its first program and the modules it loads, as a cpio archive (newc).</summary>
internal static class InitialRamDisk
{
    private const int Directory = 0x41ED;
    private const int Program = 0x81ED;
    private const int Plain = 0x81A4;

    /// <summary>Writes the archive.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="guest">The guest's program.</param>
    /// <param name="modules">Kernel modules in the order in which they are loaded.</param>
    public static void Write(Stream target, byte[] guest, IReadOnlyList<byte[]> modules)
    {
        var number = 0;
        Add(target, ref number, "dev", Directory, []);
        Add(target, ref number, "modules", Directory, []);
        for (var i = 0; i < modules.Count; i++)
            Add(target, ref number, string.Create(CultureInfo.InvariantCulture, $"modules/{i:00}.ko"), Plain, modules[i]);
        Add(target, ref number, "init", Program, guest);
        Add(target, ref number, "TRAILER!!!", 0, []);
    }

    private static void Add(Stream target, ref int number, string name, int mode, ReadOnlySpan<byte> content)
    {
        // magic, ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"070701{++number:x8}{mode:x8}{0:x8}{0:x8}{1:x8}{0:x8}{content.Length:x8}{0:x8}{0:x8}{0:x8}{0:x8}{name.Length + 1:x8}{0:x8}{name}\0");
        target.Write(Encoding.ASCII.GetBytes(head));
        Pad(target, head.Length);
        target.Write(content);
        Pad(target, content.Length);
    }

    private static void Pad(Stream target, int length)
    {
        ReadOnlySpan<byte> zeros = [0, 0, 0];
        target.Write(zeros[..(-length & 3)]);
    }
}
