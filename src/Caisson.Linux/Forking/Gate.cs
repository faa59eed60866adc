using Caisson.Linux.Interop;

namespace Caisson.Linux.Forking;

/// <summary>A pipe at which a forked child waits until its parent lets it go on.</summary>
public sealed unsafe class Gate : IDisposable
{
    private int _writeEnd;

    /// <summary>Makes a closed gate.</summary>
    public Gate()
    {
        var fds = stackalloc int[2];
        LinuxException.Check(Libc.Pipe2(fds, Flags.O_CLOEXEC), "pipe2");
        (ReadEnd, _writeEnd) = (fds[0], fds[1]);
    }

    /// <summary>Where the child reads one byte.</summary>
    public int ReadEnd { get; }

    /// <summary>Lets the child go on.</summary>
    public void Open()
    {
        byte one = 1;
        LinuxException.Check(Libc.Write(_writeEnd, &one, 1), "write");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_writeEnd < 0)
            return;
        _ = Libc.Close(ReadEnd);
        _ = Libc.Close(_writeEnd);
        _writeEnd = -1;
    }
}
