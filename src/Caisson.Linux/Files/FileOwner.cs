using System.Runtime.InteropServices;
using Caisson.Linux.Interop;

namespace Caisson.Linux.Files;

/// <summary>Owners of host files.</summary>
public static partial class FileOwner
{
    /// <summary>Gives a path to a user and group; a link itself, not its target.</summary>
    public static void Set(string path, uint user, uint group) => LinuxException.Check(ChangeOwner(path, user, group), $"chown {path}");

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
