using System.Runtime.InteropServices;

namespace Caisson.Linux.Interop;

/// <summary>access(2).</summary>
public static partial class FileAccessCheck
{
    /// <summary>Whether this process may read (4), write (2) or execute (1) a path.</summary>
    public static bool May(string path, int mode) => Access(path, mode) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
