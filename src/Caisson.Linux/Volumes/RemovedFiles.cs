using System.Runtime.InteropServices;
using System.Text;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Volumes;

/// <summary>The place beside a volume's root, out of sandboxes' sight, where files are written and from which removed ones go.</summary>
/// <remarks>Whatever was removed lies here whole; its directories are moved up one by one, so that no depth of them is a depth of ours.</remarks>
internal sealed unsafe class RemovedFiles(SafeFileHandle directory)
{
    private const int RemoveDirectory = 0x200;
    // A program may have a removed directory open and go on putting files there: it is out of sight, and is left to the next mount.
    private const int MostReturns = 10_000;

    /// <summary>The directory.</summary>
    public SafeFileHandle Directory => directory;

    /// <summary>A name that nothing here has.</summary>
    public static string NewName() => Guid.NewGuid().ToString("N");

    /// <summary>Removes all that is here.</summary>
    public void RemoveAll()
    {
        using var here = Beneath.Open(directory, "", Flags.O_RDONLY | Flags.O_DIRECTORY);
        var names = new List<byte[]>();
        while (DirectoryNames.Next(here) is { } some)
            names.AddRange(some);
        foreach (var name in names)
            Remove(Encoding.UTF8.GetString(name.AsSpan()[..^1]), CancellationToken.None);
    }

    /// <summary>Removes one thing that is here, with all in it.</summary>
    public void Remove(string name, CancellationToken cancellation)
    {
        var left = new Queue<string>();
        left.Enqueue(name);
        for (var returns = 0; returns < MostReturns && left.TryDequeue(out var one);)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Unlink(directory, Beneath.Name(one), 0) is Errno.EISDIR or Errno.EPERM && !Empty(one, left))
            {
                returns++;
                left.Enqueue(one);
            }
        }
    }

    /// <summary>Unlinks without throwing; the errno, or 0.</summary>
    private static int Unlink(SafeFileHandle parent, byte[] name, int flags)
    {
        fixed (byte* text = name)
            return Libc.Syscall(Sys.UnlinkAt, parent.DangerousGetHandle(), (nint)text, flags) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    // Moves the directories in it up, removes the rest and then itself; false to be tried again after those are gone.
    private bool Empty(string name, Queue<string> left)
    {
        using (var inside = Beneath.Open(directory, name, Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_NOFOLLOW))
        {
            while (DirectoryNames.Next(inside) is { } names)
            {
                foreach (var entry in names)
                {
                    if (Unlink(inside, entry, 0) is not (Errno.EISDIR or Errno.EPERM))
                        continue;
                    var up = NewName();
                    switch (Rename(inside, entry, directory, Beneath.Name(up), 0))
                    {
                        case 0:
                            left.Enqueue(up);
                            break;
                        case Errno.ENOSPC or Errno.EDQUOT when left.Count > 0:
                            // The disk is full; what is moved up already goes first and makes room.
                            return false;
                        case Errno.ENOENT:
                            break;
                        case var error:
                            throw new LinuxException("rename", error);
                    }
                }
            }
        }

        return Unlink(directory, Beneath.Name(name), RemoveDirectory) switch
        {
            0 or Errno.ENOENT => true,
            // A program that had it open put something new there.
            Errno.ENOTEMPTY => false,
            var error => throw new LinuxException("rmdir", error),
        };
    }

    /// <summary>Renames without throwing; the errno, or 0.</summary>
    public static int Rename(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] target, int flags)
    {
        fixed (byte* source = name, destination = target)
        {
            return Libc.Syscall(Sys.RenameAt2, from.DangerousGetHandle(), (nint)source, to.DangerousGetHandle(), (nint)destination, flags) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
        }
    }
}
