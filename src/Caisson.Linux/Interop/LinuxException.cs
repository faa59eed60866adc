using System.Runtime.InteropServices;

namespace Caisson.Linux.Interop;

/// <summary>A system call that failed, with its errno.</summary>
public sealed class LinuxException(string operation, int error)
    : IOException($"{operation}: {Marshal.GetPInvokeErrorMessage(error)} ({Errno.NameOf(error)})")
{
    /// <summary>The errno.</summary>
    public int Error { get; } = error;

    /// <summary>Makes one from the last errno of this thread.</summary>
    public static LinuxException Last(string operation) => new(operation, Marshal.GetLastPInvokeError());

    /// <summary>Passes a result on, throwing when it is negative.</summary>
    public static nint Check(nint result, string operation) => result < 0 ? throw Last(operation) : result;
}
