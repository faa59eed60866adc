using Caisson.Core.Events;
using Caisson.Core.Guests;

namespace Caisson.Engine.Exec;

/// <summary>A guest whose executions are written to the sandbox's timeline.</summary>
internal sealed class JournaledGuest(IGuest inner, ITimeline timeline, OutOfMemoryCount memory, TimeProvider time, string defaultUser) : IGuest
{
    // Journals of processes whose end nobody has read yet; the oldest are forgotten first.
    private const int MaxJournals = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, ProcessJournal> _journals = [];
    private readonly Queue<ProcessJournal> _oldest = new();
    private readonly OutputBudget _budget = new(time);

    /// <inheritdoc/>
    public Task Closed => inner.Closed;

    /// <inheritdoc/>
    public IGuestFiles Files => inner.Files;

    /// <inheritdoc/>
    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation) => inner.ConfigureAsync(configuration, cancellation);

    /// <inheritdoc/>
    public async Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation)
    {
        var killsBefore = memory.Kills;
        var execution = await inner.StartAsync(request, cancellation);
        timeline.Append(new ExecStarted(execution.Pid, request.Command, request.Arguments, request.User ?? defaultUser));
        return new JournaledExecution(execution, Remember(execution.Pid, killsBefore, fresh: true, request.Journaled), this);
    }

    /// <inheritdoc/>
    public async Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation)
    {
        var execution = await inner.AttachAsync(process, fromOffset, cancellation);
        return new JournaledExecution(execution, Remember(execution.Pid, memory.Kills, fresh: false), this);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation) => inner.ListAsync(cancellation);

    /// <inheritdoc/>
    public Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        inner.WriteInputAsync(process, data, cancellation);

    /// <inheritdoc/>
    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation) => inner.CloseInputAsync(process, cancellation);

    /// <inheritdoc/>
    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation) =>
        inner.SignalAsync(process, signal, group, cancellation);

    /// <inheritdoc/>
    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation) => inner.ResizeAsync(process, size, cancellation);

    /// <inheritdoc/>
    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => inner.StatisticsAsync(cancellation);

    // The control door belongs to the wall; a caller's view of it does not close it.
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Journals a process's end, having asked the host whether the memory limit caused it.</summary>
    internal async ValueTask<ExecExited> EndedAsync(ProcessJournal journal, ExecExited exit, CancellationToken cancellation)
    {
        // A shell reports its child's SIGKILL as 137, and other programs in their own ways: every failure is looked into.
        if (exit is { OutOfMemory: false, ExitCode: not 0 } && await memory.RoseAboveAsync(journal.OutOfMemoryKills, cancellation))
            exit = exit with { OutOfMemory = true };
        journal.End(exit);
        return exit;
    }

    private ProcessJournal Remember(int pid, long killsBefore, bool fresh, bool withOutput = true)
    {
        lock (_gate)
        {
            if (!fresh && _journals.TryGetValue(pid, out var known))
                return known;
            var journal = new ProcessJournal(pid, killsBefore, timeline, _budget) { WithOutput = withOutput };
            _journals[pid] = journal;
            _oldest.Enqueue(journal);
            while (_oldest.Count > MaxJournals)
            {
                var forgotten = _oldest.Dequeue();
                if (_journals.TryGetValue(forgotten.Pid, out var current) && ReferenceEquals(current, forgotten))
                    _journals.Remove(forgotten.Pid);
            }

            return journal;
        }
    }
}
