using System.Runtime.InteropServices;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Wasm.Worker.Runs;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Wasm.Worker.Modules;

/// <summary>Reads modules out of the trees that modules see, and out of nothing else.</summary>
internal static unsafe class WorkspaceFile
{
    private const ulong ResolveBeneath = 0x08;
    private const ulong ResolveNoMagicLinks = 0x02;

    /// <summary>The largest module, in bytes.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>The bytes of a file: NotFound when it is not there or leads out of its tree.</summary>
    public static byte[] Read(string path, IEnumerable<Tree> trees)
    {
        var tree = trees.Where(candidate => candidate.Holds(path) && path.Length > candidate.Path.Length).MaxBy(candidate => candidate.Path.Length)
            ?? throw new CaissonException(ErrorCode.NotFound, $"{path} lies outside what this sandbox has");
        using var file = Open(tree, path[(tree.Path.Length + 1)..], path);
        try
        {
            return Read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"{path} is no file that can be read", inner: e);
        }
    }

    private static byte[] Read(SafeFileHandle file, string path)
    {
        var length = RandomAccess.GetLength(file);
        if (length > MostBytes)
            throw new CaissonException(ErrorCode.InvalidArgument, $"{path} has {length} bytes, more than the {MostBytes} that a module may have");
        var bytes = new byte[length];
        var filled = 0;
        int count;
        while (filled < bytes.Length && (count = RandomAccess.Read(file, bytes.AsSpan(filled), filled)) > 0)
            filled += count;
        return bytes[..filled];
    }

    private static SafeFileHandle Open(Tree tree, string relative, string path)
    {
        var root = Libc.Open(tree.Path, Flags.O_PATH | Flags.O_CLOEXEC, 0);
        if (root < 0)
            throw new CaissonException(ErrorCode.NotFound, $"{path} is not there");
        using var above = new SafeFileHandle(root, ownsHandle: true);
        var how = stackalloc ulong[3];
        (how[0], how[1], how[2]) = ((ulong)(Flags.O_CLOEXEC | Flags.O_NONBLOCK), 0, ResolveBeneath | ResolveNoMagicLinks);
        var name = Encoding.UTF8.GetBytes(relative + "\0");
        nint opened;
        fixed (byte* start = name)
            opened = Libc.Syscall(Sys.OpenAt2, root, (nint)start, (nint)how, 3 * sizeof(ulong));
        if (opened >= 0)
            return new SafeFileHandle(opened, ownsHandle: true);
        throw Marshal.GetLastPInvokeError() == Errno.EACCES
            ? new CaissonException(ErrorCode.PermissionDenied, $"{path} may not be read")
            : new CaissonException(ErrorCode.NotFound, $"{path} is not there, or leads out of the workspace");
    }
}
