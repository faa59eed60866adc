using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Caisson.Settings.Protection;

/// <summary>What statx says of a path itself, links not followed.</summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, bool IsDirectory, bool IsLink)
{
    private const int CurrentDirectory = -100, NoFollow = 0x100, TypeModeInode = 0x103;

    // Offsets in struct statx.
    private const int Size = 256, Mode = 28, InodeNumber = 32, DeviceMajor = 136, DeviceMinor = 140;

    /// <summary>The identity of a path, or null when nothing is there.</summary>
    public static FileIdentity? Of(string path)
    {
        var buffer = new byte[Size];
        if (Statx(CurrentDirectory, path, NoFollow, TypeModeInode, buffer) != 0)
            return null;
        var type = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(Mode)) & 0xf000;
        var device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(DeviceMajor)) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(DeviceMinor));
        return new FileIdentity(device, BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(InodeNumber)), type == 0x4000, type == 0xa000);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, [Out] byte[] buffer);
}
