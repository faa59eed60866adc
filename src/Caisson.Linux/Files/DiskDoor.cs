using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Files;

/// <summary>A mounted ext4 file system reached by its block device, through a mount that no path leads to.</summary>
/// <remarks>The kernel has one file system a device: this is the very one that is mounted elsewhere, in a namespace we are not in.</remarks>
public sealed unsafe class DiskDoor : IDisposable
{
    private const int CloseOnExec = 1;
    private const int SetString = 1;
    private const int Create = 6;
    private readonly SafeFileHandle _mount;
    private readonly SafeFileHandle _root;

    private DiskDoor(SafeFileHandle mount, SafeFileHandle root) => (_mount, _root) = (mount, root);

    /// <summary>Opens the file system of a device.</summary>
    public static DiskDoor Open(string device)
    {
        using var memory = new NativeMemoryBlock(4096);
        var context = Handle(Libc.Syscall(Sys.FsOpen, (nint)memory.Copy("ext4"), CloseOnExec), "fsopen");
        using (context)
        {
            LinuxException.Check(Libc.Syscall(Sys.FsConfig, Number(context), SetString, (nint)memory.Copy("source"), (nint)memory.Copy(device), 0), $"source {device}");
            LinuxException.Check(Libc.Syscall(Sys.FsConfig, Number(context), Create, 0, 0, 0), $"file system of {device}");
            var mount = Handle(Libc.Syscall(Sys.FsMount, Number(context), CloseOnExec, 0), "fsmount");
            try
            {
                var root = Libc.Syscall(Sys.OpenAt, Number(mount), (nint)memory.Copy("."), Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_CLOEXEC);
                return new DiskDoor(mount, Handle(root, "openat"));
            }
            catch
            {
                mount.Dispose();
                throw;
            }
        }
    }

    /// <summary>Writes all that is dirty to the device.</summary>
    public void Sync() => LinuxException.Check(Libc.Syscall(Sys.SyncFs, Number(_root)), "syncfs");

    /// <inheritdoc/>
    public void Dispose()
    {
        _root.Dispose();
        _mount.Dispose();
    }

    private static nint Number(SafeFileHandle handle) => handle.DangerousGetHandle();

    private static SafeFileHandle Handle(nint result, string what) => new(LinuxException.Check(result, what), ownsHandle: true);
}
