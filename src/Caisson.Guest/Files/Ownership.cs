using System.Runtime.InteropServices;
using Caisson.Guest.Users;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Files;

/// <summary>Gives files to users, where the guest may.</summary>
internal static partial class Ownership
{
    public static void Give(string path, UserAccount user)
    {
        if (Libc.GetUid() == 0 && ChangeOwner(path, user.Uid, user.Gid) != 0)
            throw LinuxException.Last(path);
    }

    /// <summary>Makes the missing parents of a path, each the user's.</summary>
    public static void MakeParents(string path, UserAccount user)
    {
        if (Path.GetDirectoryName(path) is not { Length: > 1 } parent || FileStatus.Read(parent, follow: true) is { } status && Existing(status, parent))
            return;
        MakeParents(parent, user);
        MakeDirectory(parent, user);
    }

    public static void MakeDirectory(string path, UserAccount user)
    {
        if (Mkdir(path, 0x1ED) != 0)
        {
            if (Marshal.GetLastPInvokeError() == Errno.EEXIST)
                return;
            throw LinuxException.Last(path);
        }

        Give(path, user);
    }

    private static bool Existing(FileStatus status, string path) =>
        status.IsDirectory ? true : throw new LinuxException($"path '{path}' is not a directory", Errno.ENOTDIR);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mkdir(string path, uint mode);
}
