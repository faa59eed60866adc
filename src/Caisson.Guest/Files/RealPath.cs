using System.Runtime.InteropServices;

namespace Caisson.Guest.Files;

/// <summary>Resolves every link of a path.</summary>
internal static unsafe partial class RealPath
{
    /// <summary>The resolved path, or the path itself when it does not resolve.</summary>
    public static string Of(string path)
    {
        const int MaxPath = 4096;
        var buffer = stackalloc byte[MaxPath];
        return Resolve(path, buffer) == 0 ? path : Marshal.PtrToStringUTF8((nint)buffer) ?? path;
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Resolve(string path, byte* buffer);
}
