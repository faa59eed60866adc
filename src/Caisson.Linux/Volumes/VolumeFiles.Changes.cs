using Caisson.Core.Volumes;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Volumes;

internal sealed partial class VolumeFiles
{
    private const int NoReplace = 1;
    private const int Piece = 64 << 10;
    private const int DefaultFileMode = 0x1A4;
    private const int DefaultDirectoryMode = 0x1ED;

    public async Task<VolumeEntry> WriteAsync(string path, Stream content, VolumeAttributes attributes, bool replace, CancellationToken cancellation)
    {
        var at = VolumePath.Below(path);
        Check(attributes);
        var name = RemovedFiles.NewName();
        try
        {
            using var parent = OpenParent(at);
            // Said before the body is taken in; the rename says it again.
            if (!replace && Exists(parent, at.Name))
                throw new LinuxException(at.Absolute, Errno.EEXIST);
            using var file = Beneath.Open(removed.Directory, name, Beneath.Create | Beneath.Exclusive | Flags.O_RDWR, 0x180);
            try
            {
                await CopyAsync(content, file, cancellation).ConfigureAwait(false);
                Apply(file, at, OrDefault(attributes, DefaultFileMode), VolumeEntryType.File);
                LinuxException.Check(Libc.Syscall(Sys.Fsync, file.DangerousGetHandle()), at.Absolute);
                Rename(removed.Directory, name, parent, at.Name, replace, at);
            }
            catch
            {
                removed.Remove(name, CancellationToken.None);
                throw;
            }

            return FileStatus.Of(file, at.Absolute);
        }
        catch (LinuxException e)
        {
            throw VolumeFailure.Of(e, at.Absolute);
        }
        catch (IOException e) when (e.HResult is Errno.ENOSPC or Errno.EDQUOT || IsFull(e))
        {
            throw VolumeFailure.Of(new LinuxException(at.Absolute, Errno.ENOSPC), at.Absolute);
        }
    }

    public Task<VolumeEntry> MakeDirectoryAsync(string path, VolumeAttributes attributes, bool parents, CancellationToken cancellation) => RunAsync(
        path,
        at =>
        {
            Check(attributes);
            var parts = at.Relative.Split('/', StringSplitOptions.RemoveEmptyEntries);
            for (var count = parents ? 1 : parts.Length; count <= parts.Length && count > 0; count++)
                MakeOne(new VolumePath(string.Join('/', parts[..count])), attributes, parents);
            if (parts.Length == 0 && !parents)
                throw new LinuxException(at.Absolute, Errno.EEXIST);
            using var made = Beneath.Open(root, at.Relative, Flags.O_PATH | Flags.O_DIRECTORY);
            return FileStatus.Of(made, at.Absolute);
        },
        cancellation);

    public Task<VolumeEntry> MoveAsync(string source, string destination, bool replace, CancellationToken cancellation) => RunAsync(
        destination,
        _ =>
        {
            var (from, to) = (VolumePath.Below(source), VolumePath.Below(destination));
            using var old = OpenParent(from);
            using var parent = OpenParent(to);
            Rename(old, from.Name, parent, to.Name, replace, replace || Exists(old, from.Name) ? to : from);
            return Stat(to);
        },
        cancellation);

    public Task RemoveAsync(string path, CancellationToken cancellation) => RunAsync(
        path,
        _ =>
        {
            var at = VolumePath.Below(path);
            var name = RemovedFiles.NewName();
            using (var parent = OpenParent(at))
            {
                Rename(parent, at.Name, removed.Directory, name, replace: true, at);
                Sync(parent, at);
            }

            // It is gone for everybody; that its room is free again need not fail the call.
            removed.Remove(name, CancellationToken.None);
            return true;
        },
        cancellation);

    private SafeFileHandle OpenParent(VolumePath at) => Beneath.Open(root, at.Parent, Flags.O_RDONLY | Flags.O_DIRECTORY);

    private void MakeOne(VolumePath at, VolumeAttributes attributes, bool mayExist)
    {
        using var parent = OpenParent(at);
        if (MakeDirectory(parent, at.Name) is var error and not 0)
        {
            if (error != Errno.EEXIST || !mayExist)
                throw new LinuxException(at.Absolute, error);
            using var there = Beneath.Open(root, at.Relative, Flags.O_PATH);
            if (FileStatus.Of(there, at.Absolute).Type != VolumeEntryType.Directory)
                throw new LinuxException(at.Absolute, Errno.EEXIST);
            return;
        }

        using var made = Beneath.Open(parent, at.Name, Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_NOFOLLOW);
        Apply(made, at, OrDefault(attributes, DefaultDirectoryMode), VolumeEntryType.Directory);
        Sync(parent, at);
    }

    private static VolumeAttributes OrDefault(VolumeAttributes given, int mode) =>
        new(given.User ?? VolumeAttributes.DefaultOwner, given.Group ?? VolumeAttributes.DefaultOwner, given.Mode ?? mode);

    private static bool Exists(SafeFileHandle parent, string name)
    {
        try
        {
            using var found = Beneath.Open(parent, name, Flags.O_PATH | Flags.O_NOFOLLOW);
            return true;
        }
        catch (LinuxException e) when (e.Error == Errno.ENOENT)
        {
            return false;
        }
    }

    private static async Task CopyAsync(Stream content, SafeFileHandle file, CancellationToken cancellation)
    {
        var buffer = new byte[Piece];
        long at = 0;
        while (await content.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var count)
        {
            await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), at, cancellation).ConfigureAwait(false);
            at += count;
        }
    }

    private static void Rename(SafeFileHandle from, string name, SafeFileHandle to, string target, bool replace, VolumePath at)
    {
        if (RemovedFiles.Rename(from, Beneath.Name(name), to, Beneath.Name(target), replace ? 0 : NoReplace) is var error and not 0)
            throw new LinuxException(at.Absolute, error);
        Sync(to, at);
    }

    private static void Sync(SafeFileHandle directory, VolumePath at) => LinuxException.Check(Libc.Syscall(Sys.Fsync, directory.DangerousGetHandle()), at.Absolute);

    private static unsafe int MakeDirectory(SafeFileHandle parent, string name)
    {
        fixed (byte* text = Beneath.Name(name))
        {
            return Libc.Syscall(Sys.MkdirAt, parent.DangerousGetHandle(), (nint)text, 0x1C0) == 0
                ? 0
                : System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        }
    }

    // The runtime tells a full disk by a result of its own.
    private static bool IsFull(IOException e) => (e.HResult & 0xFFFF) is Errno.ENOSPC or 0x70 or 0x27;
}
