using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Volumes;

/// <summary>Names in a directory, byte for byte, a bounded piece at a time.</summary>
internal static unsafe class DirectoryNames
{
    private const int Piece = 32 << 10;

    /// <summary>The next names of an open directory, each with its closing NUL; none at the end. Those of the directory itself and of its parent are left out.</summary>
    public static List<byte[]>? Next(SafeFileHandle directory)
    {
        // struct linux_dirent64: inode, offset, u16 length of the entry at 16, type at 18, name from 19.
        var buffer = stackalloc byte[Piece];
        var count = LinuxException.Check(Libc.Syscall(Sys.GetDents64, directory.DangerousGetHandle(), (nint)buffer, Piece), "getdents64");
        if (count == 0)
            return null;
        var names = new List<byte[]>();
        for (var at = 0; at < count; at += *(ushort*)(buffer + at + 16))
        {
            var rest = new ReadOnlySpan<byte>(buffer + at + 19, *(ushort*)(buffer + at + 16) - 19);
            var name = rest[..(rest.IndexOf((byte)0) + 1)];
            if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                names.Add(name.ToArray());
        }

        return names;
    }
}
