using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Guest.Control;
using Caisson.Guest.Loop;
using Caisson.Guest.Users;
using Caisson.Linux.Processes;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Processes;

/// <summary>Every process that a host asked for, alive or just ended.</summary>
internal sealed class ProcessTable
{
    private const int MaxEnded = 256;
    private static readonly TimeSpan _unseenRetention = TimeSpan.FromMinutes(10);
    private readonly EventLoop _loop;
    private readonly Launcher _launcher;
    private readonly Reaper _reaper;
    private readonly Dictionary<int, GuestProcess> _processes = [];
    private readonly Dictionary<int, Action<WaitStatus>> _others = [];
    private readonly Queue<GuestProcess> _ended = new();

    public ProcessTable(EventLoop loop, Launcher launcher)
    {
        (_loop, _launcher) = (loop, launcher);
        _reaper = new Reaper((pid, status) => loop.Post(() => Reap(pid, status)));
    }

    public IEnumerable<GuestProcess> Alive => _processes.Values.Where(p => p.Exit is null);

    public void Start(GuestStream stream, Start request)
    {
        try
        {
            var launched = _launcher.Launch(request);
            var process = new GuestProcess(_loop, request, launched);
            _processes[launched.Pid] = process;
            process.Attach(stream, 0);
        }
        finally
        {
            // What could not become a program was a child too.
            _reaper.Wake();
        }
    }

    /// <summary>Starts a program on descriptors of somebody inside; told when it has ended.</summary>
    public int StartFor(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string directory, UserAccount user, int[] descriptors, Action<WaitStatus> ended)
    {
        try
        {
            var pid = _launcher.Launch(command, environment, directory, user, descriptors);
            _others[pid] = ended;
            return pid;
        }
        finally
        {
            _reaper.Wake();
        }
    }

    public void Attach(GuestStream stream, Attach request) =>
        Find(request.Process, alsoEnded: true).Attach(stream, request.HasFromOffset ? request.FromOffset : null);

    public GuestProcess Find(Selector selector) => Find(selector, alsoEnded: false);

    public ProcessList List()
    {
        var list = new ProcessList();
        foreach (var process in Alive)
        {
            var entry = new Process
            {
                Pid = process.Pid,
                Tag = process.Request.Tag,
                Command = process.Request.Command,
                WorkingDirectory = process.Request.WorkingDirectory,
            };
            entry.Arguments.AddRange(process.Request.Arguments);
            entry.Environment.Add(process.Request.Environment);
            list.Processes.Add(entry);
        }

        return list;
    }

    private GuestProcess Find(Selector selector, bool alsoEnded)
    {
        if (selector.Tag.Length > 0)
        {
            return _processes.Values.LastOrDefault(p => string.Equals(p.Request.Tag, selector.Tag, StringComparison.Ordinal) && (alsoEnded || p.Exit is null))
                ?? throw new GuestFault(ErrorCode.NotFound, $"process with tag {selector.Tag} not found");
        }

        return _processes.TryGetValue(selector.Pid, out var process) && (alsoEnded || process.Exit is null)
            ? process
            : throw new GuestFault(ErrorCode.NotFound, $"process with pid {selector.Pid} not found");
    }

    private void Reap(int pid, WaitStatus status)
    {
        if (_others.Remove(pid, out var ended))
        {
            ended(status);
            return;
        }

        if (!_processes.TryGetValue(pid, out var process) || process.Exit is not null)
            return;
        process.End(status);
        // Whoever saw the end may ask once more for a while; an end that nobody saw (the server was down) is kept longer.
        _ended.Enqueue(process);
        _loop.After(process.Seen ? GuestLimits.ExitRetention : _unseenRetention, () => Forget(process));
        while (_ended.Count > MaxEnded)
            Forget(_ended.Dequeue());
    }

    private void Forget(GuestProcess process)
    {
        if (_processes.TryGetValue(process.Pid, out var current) && ReferenceEquals(current, process))
            _processes.Remove(process.Pid);
    }
}
