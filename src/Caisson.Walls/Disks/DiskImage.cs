using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Disks;

/// <summary>Copies the image of a sandbox's disk, and tells one content from another.</summary>
internal static unsafe partial class DiskImage
{
    private const int Piece = 64 << 10;
    private const int SeekData = 3;
    private const int SeekHole = 4;

    /// <summary>Makes a copy that shares its blocks with the source where the file system can, else one of all that is not a hole.</summary>
    public static void Copy(string source, string target)
    {
        const uint CloneFile = 0x40049409;
        using (var from = File.OpenHandle(source, share: FileShare.ReadWrite | FileShare.Delete))
        using (var to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write))
        {
            if (Libc.Ioctl((int)to.DangerousGetHandle(), CloneFile, (void*)from.DangerousGetHandle()) == 0)
                return;
            var length = RandomAccess.GetLength(from);
            RandomAccess.SetLength(to, length);
            foreach (var (start, end) in Extents((int)from.DangerousGetHandle(), length))
                CopyRange(from, to, start, end);
        }
    }

    /// <summary>A hash of the content, however it is laid out on disk; pieces of zeros count as holes.</summary>
    public static string Digest(string path)
    {
        using var file = File.OpenHandle(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = RandomAccess.GetLength(file);
        var buffer = new byte[Piece];
        var place = new byte[sizeof(long)];
        long done = 0;
        foreach (var (start, end) in Extents((int)file.DangerousGetHandle(), length))
        {
            for (var at = Math.Max(done, start / Piece * Piece); at < end; at += Piece)
            {
                var count = RandomAccess.Read(file, buffer, at);
                done = at + Piece;
                if (buffer.AsSpan(0, count).IndexOfAnyExcept((byte)0) < 0)
                    continue;
                BinaryPrimitives.WriteInt64LittleEndian(place, at);
                hash.AppendData(place);
                hash.AppendData(buffer, 0, count);
            }
        }

        BinaryPrimitives.WriteInt64LittleEndian(place, length);
        hash.AppendData(place);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Bytes that the file takes on disk.</summary>
    public static long Allocated(string path)
    {
        using var file = File.OpenHandle(path);
        return Extents((int)file.DangerousGetHandle(), RandomAccess.GetLength(file)).Sum(extent => extent.End - extent.Start);
    }

    private static IEnumerable<(long Start, long End)> Extents(int file, long length)
    {
        for (long at = 0; at < length && Seek(file, at, SeekData) is var start and >= 0;)
        {
            at = Seek(file, start, SeekHole);
            yield return (start, at);
        }
    }

    private static void CopyRange(SafeFileHandle from, SafeFileHandle to, long start, long end)
    {
        var (read, write) = (start, start);
        while (read < end)
        {
            var copied = CopyFileRange((int)from.DangerousGetHandle(), &read, (int)to.DangerousGetHandle(), &write, (nuint)(end - read), 0);
            if (copied < 0 && Marshal.GetLastPInvokeError() == Errno.EXDEV)
            {
                CopyPieces(from, to, read, end);
                return;
            }

            if (copied < 0)
                throw new LinuxException("copy_file_range", Marshal.GetLastPInvokeError());
            if (copied == 0)
                throw new LinuxException("copy_file_range", Errno.EIO);
        }
    }

    // The kernel copies between file systems of one kind only.
    private static void CopyPieces(SafeFileHandle from, SafeFileHandle to, long start, long end)
    {
        var buffer = new byte[Piece];
        for (var at = start; at < end;)
        {
            var count = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
            if (count == 0)
                throw new LinuxException("read", Errno.EIO);
            RandomAccess.Write(to, buffer.AsSpan(0, count), at);
            at += count;
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek64")]
    private static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyFileRange(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
