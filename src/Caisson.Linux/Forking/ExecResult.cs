using Caisson.Linux.Interop;

namespace Caisson.Linux.Forking;

/// <summary>Tells when a forked child has become another program or has ended: both close its end of this pipe.</summary>
public sealed unsafe class ExecResult : IDisposable
{
    private readonly int _readEnd;
    private int _writeEnd;

    /// <summary>Makes the pipe; call before the fork.</summary>
    public ExecResult()
    {
        var fds = stackalloc int[2];
        LinuxException.Check(Libc.Pipe2(fds, Flags.O_CLOEXEC), "pipe2");
        (_readEnd, _writeEnd) = (fds[0], fds[1]);
    }

    /// <summary>Waits; call once, after the fork.</summary>
    public void Wait()
    {
        _ = Libc.Close(_writeEnd);
        _writeEnd = -1;
        byte unused;
        while (Libc.Read(_readEnd, &unused, 1) < 0)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Libc.Close(_readEnd);
        if (_writeEnd >= 0)
            _ = Libc.Close(_writeEnd);
    }
}
