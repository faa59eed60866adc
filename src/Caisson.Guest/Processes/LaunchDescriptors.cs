using Caisson.Guest.Users;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Processes;

/// <summary>The pipes or the terminal of a process about to start; what is not handed over is closed.</summary>
internal sealed unsafe class LaunchDescriptors : IDisposable
{
    private readonly List<int> _theirs = [];
    private readonly List<int> _ours = [];
    private readonly bool _borrowed;
    private readonly int _terminal = -1;
    private readonly int _input = -1;
    private readonly int _output = -1;
    private readonly int _error = -1;

    public LaunchDescriptors(int[] descriptors)
    {
        _borrowed = true;
        _theirs.AddRange(descriptors);
    }

    public LaunchDescriptors(TerminalSize? terminal, bool input)
    {
        if (terminal is not null)
        {
            var (master, slave) = PseudoTerminal.Open(terminal);
            _terminal = master;
            _ours.Add(master);
            _theirs.Add(slave);
            return;
        }

        if (input)
        {
            var (read, write) = Pipe();
            _input = write;
            _theirs.Add(read);
        }
        else
        {
            _theirs.Add((int)LinuxException.Check(Libc.Open("/dev/null", Flags.O_RDONLY | Flags.O_CLOEXEC, 0), "open /dev/null"));
        }

        (_output, var stdout) = Pipe();
        (_error, var stderr) = Pipe();
        _theirs.Add(stdout);
        _theirs.Add(stderr);
        _ours.AddRange([_input, _output, _error]);
    }

    public void GiveTerminalTo(UserAccount user)
    {
        if (_terminal >= 0)
            PseudoTerminal.Give(_theirs[0], user);
    }

    public void AddTo(ForkScript script)
    {
        if (_terminal >= 0)
            script.Add("TIOCSCTTY", Sys.Ioctl, _theirs[0], (nint)Flags.TIOCSCTTY, 0);
        for (var target = 0; target < 3; target++)
            script.Add("dup3", Sys.Dup3, _theirs[Math.Min(target, _theirs.Count - 1)], target, 0);
    }

    /// <summary>Hands our ends over, non-blocking.</summary>
    public LaunchedProcess Launched(int pid)
    {
        foreach (var fd in _ours.Where(fd => fd >= 0))
            LinuxException.Check(Libc.Fcntl(fd, Flags.F_SETFL, Libc.Fcntl(fd, Flags.F_GETFL, 0) | Flags.O_NONBLOCK), "fcntl");
        _ours.Clear();
        return new LaunchedProcess(pid, _input, _output, _error, _terminal);
    }

    public void Dispose()
    {
        if (_borrowed)
            return;
        foreach (var fd in _theirs.Concat(_ours).Where(fd => fd >= 0))
            _ = Libc.Close(fd);
    }

    private static (int Read, int Write) Pipe()
    {
        var fds = stackalloc int[2];
        LinuxException.Check(Libc.Pipe2(fds, Flags.O_CLOEXEC), "pipe2");
        return (fds[0], fds[1]);
    }
}
