using System.Runtime.InteropServices;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Guest.Control;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Files;

/// <summary>Metadata kept with a file as extended attributes <c>user.e2b.KEY</c>.</summary>
internal static unsafe partial class ExtendedAttributes
{
    private const string Prefix = "user.e2b.";
    private const int MaxList = 64 << 10;

    public static void Read(string path, IDictionary<string, string> into)
    {
        foreach (var name in Names(path))
        {
            var value = new byte[4096];
            nint length;
            fixed (byte* start = value)
                length = Get(path, name, start, (nuint)value.Length);
            if (length >= 0)
                into[name[Prefix.Length..]] = Encoding.UTF8.GetString(value, 0, (int)length);
        }
    }

    /// <summary>Replaces the whole set.</summary>
    public static void Replace(string path, IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var name in Names(path))
            _ = RemoveAttribute(path, name);
        foreach (var (key, value) in values)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            fixed (byte* start = bytes)
            {
                if (Set(path, Prefix + key, start, (nuint)bytes.Length, 0) < 0 && Marshal.GetLastPInvokeError() is var error)
                {
                    throw error == Errno.EOPNOTSUPP
                        ? new GuestFault(ErrorCode.Unsupported, $"{path} was written, but its file system keeps no metadata: write without, or on another wall")
                        : new LinuxException($"metadata '{key}' of {path}", error);
                }
            }
        }
    }

    private static List<string> Names(string path)
    {
        var buffer = new byte[MaxList];
        nint length;
        fixed (byte* start = buffer)
            length = List(path, start, (nuint)buffer.Length);
        if (length <= 0)
            return [];
        return [.. Encoding.UTF8.GetString(buffer, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))];
    }

    [LibraryImport("libc", EntryPoint = "listxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint List(string path, byte* list, nuint size);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Get(string path, string name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string path, string name, byte* value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "removexattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveAttribute(string path, string name);
}
