using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.E2b.Tests.Fakes;

internal sealed class FakeGuest : IGuest
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<int, FakeProcess> _processes = [];
    private int _lastPid = 40;

    public Task Closed => _closed.Task;

    public FakeFiles Memory { get; } = new();

    public IGuestFiles Files => Memory;

    public GuestConfiguration? Configuration { get; private set; }

    public FakeProcess Process(int pid) => _processes[pid];

    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation)
    {
        Configuration = configuration;
        return Task.CompletedTask;
    }

    public Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation)
    {
        if (request.User == "nobody-here")
            throw new CaissonException(ErrorCode.Unauthenticated, $"invalid username: '{request.User}'");
        var process = new FakeProcess(++_lastPid, request);
        lock (_processes)
            _processes[process.Pid] = process;
        var view = process.View();
        process.Run(Configuration);
        return Task.FromResult<IExecution>(view);
    }

    public Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation) => Task.FromResult<IExecution>(Find(process).View());

    public Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation)
    {
        lock (_processes)
        {
            return Task.FromResult<IReadOnlyList<ProcessInfo>>(
            [
                .. _processes.Values.Where(p => p.IsAlive).Select(p => new ProcessInfo(p.Pid, p.Request.Tag, p.Request.Command, p.Request.Arguments, p.Request.Environment, p.Request.WorkingDirectory)),
            ]);
        }
    }

    public Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        Find(process).Output(data.ToArray());
        return Task.CompletedTask;
    }

    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation)
    {
        Find(process).End(new ExecExited(0, null, false, false, 0));
        return Task.CompletedTask;
    }

    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation)
    {
        Find(process).End(new ExecExited(null, signal, false, false, 0));
        return Task.CompletedTask;
    }

    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation)
    {
        Find(process).Size = size;
        return Task.CompletedTask;
    }

    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => Task.FromResult(new GuestStatistics(5, 50));

    public ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        lock (_processes)
        {
            foreach (var process in _processes.Values)
                process.Lose();
        }

        return ValueTask.CompletedTask;
    }

    private FakeProcess Find(ProcessSelector selector)
    {
        lock (_processes)
        {
            return _processes.Values.FirstOrDefault(p => p.IsAlive && (selector.Tag is null ? p.Pid == selector.Pid : p.Request.Tag == selector.Tag))
                ?? throw new CaissonException(ErrorCode.NotFound, "no such process");
        }
    }
}
