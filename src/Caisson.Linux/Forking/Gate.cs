using Caisson.Linux.Interop;

namespace Caisson.Linux.Forking;

/// <summary>A pipe at which a forked child waits until its parent lets it go on.</summary>
public sealed unsafe class Gate : IDisposable
{
    private readonly int _readEnd;
    private int _writeEnd;

    /// <summary>Makes a closed gate.</summary>
    public Gate()
    {
        var fds = stackalloc int[2];
        LinuxException.Check(Libc.Pipe2(fds, Flags.O_CLOEXEC), "pipe2");
        (_readEnd, _writeEnd) = (fds[0], fds[1]);
    }

    /// <summary>Adds the child's wait; the child has to have descriptors of its own.</summary>
    public void AddWait(ForkScript script, string name)
    {
        // With its copy of the other end it would wait for ever once its parent is killed, and hold all that it inherited.
        script.Add("close its copy of the gate", Sys.Close, _writeEnd);
        script.Add(name, Sys.Read, _readEnd, (nint)script.Memory.Allocate(8), 1);
    }

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
        _ = Libc.Close(_readEnd);
        _ = Libc.Close(_writeEnd);
        _writeEnd = -1;
    }
}
