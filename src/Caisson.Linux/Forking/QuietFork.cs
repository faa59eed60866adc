using Caisson.Linux.Interop;

namespace Caisson.Linux.Forking;

/// <summary>What must hold around a fork whose child shares our memory, and how it is put back.</summary>
/// <remarks>
/// The child starts with every signal blocked: a handler would run on the stack that it shares with us. And a child that changes its rights makes the
/// shared memory undumpable, after which an ordinary user may no longer open files of its own in /proc.
/// </remarks>
internal readonly unsafe ref struct QuietFork : IDisposable
{
    private const int SetMask = 2;
    private const int MaskSize = 8;
    private const int GetDumpable = 3;
    private const int SetDumpable = 4;
    private readonly ulong _mask;
    private readonly nint _dumpable;

    public QuietFork()
    {
        _dumpable = Libc.Syscall(Sys.Prctl, GetDumpable);
        var all = ulong.MaxValue;
        ulong before;
        LinuxException.Check(Libc.Syscall(Sys.RtSigprocmask, SetMask, (nint)(&all), (nint)(&before), MaskSize), "rt_sigprocmask");
        _mask = before;
    }

    public void Dispose()
    {
        var before = _mask;
        _ = Libc.Syscall(Sys.RtSigprocmask, SetMask, (nint)(&before), 0, MaskSize);
        if (_dumpable == 1)
            _ = Libc.Syscall(Sys.Prctl, SetDumpable, 1);
    }
}
