using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Protocol.Messages;
using Caisson.Wasm.Worker.Modules;
using Caisson.Wasm.Worker.Runs;

namespace Caisson.Wasm.Worker.Commands;

/// <summary>One run of a module as a command: its number, its streams, its time and its end.</summary>
internal sealed class Command : IRunOutput, IDisposable
{
    private const int ThreadStack = 8 << 20;
    private const int SigKill = 9;
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ModuleLease _module;
    private readonly ModuleRun _run;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<CommandEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EvaluatedCode? _code;
    private ITimer? _deadline;
    private ITimer? _overdue;
    private int? _endedBy;
    private bool _timedOut;

    public Command(int pid, Start start, RunSettings settings, StandardInput? input, EvaluatedCode? code, ModuleLease module, TimeProvider time)
    {
        (Pid, Start, Input, _module, _time, _code) = (pid, start, input, module, time, code);
        Output = new OutputLog(start.OutputLimit);
        _run = new ModuleRun(module.Module, settings, this, time);
        WorkingDirectory = settings.WorkingDirectory;
    }

    public int Pid { get; }

    public Start Start { get; }

    public string WorkingDirectory { get; }

    public OutputLog Output { get; }

    public StandardInput? Input { get; }

    public Task<CommandEnd> Ended => _ended.Task;

    /// <summary>When it ended, and whether anybody was told; for whoever forgets it.</summary>
    public long EndedAt { get; private set; }

    public bool Seen { get; set; }

    /// <summary>Starts it on a thread of its own.</summary>
    public void Begin()
    {
        var thread = new Thread(Run, ThreadStack) { IsBackground = true, Name = $"command {Pid}" };
        thread.Start();
        if (Start.TimeoutMs > 0)
            _deadline = _time.CreateTimer(_ => Kill(SigKill, timedOut: true), null, TimeSpan.FromMilliseconds(Math.Min(Start.TimeoutMs, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does what a signal does to a program that handles none.</summary>
    public void Signal(int signal)
    {
        switch (signal)
        {
            case 0 or 17 or 18 or 23 or 28:
                // Nothing, as is their default.
                break;
            case 19 or 20 or 21 or 22:
                throw new CaissonException(ErrorCode.Unsupported, "a module cannot be stopped and continued by signals");
            case > 0 and < 65:
                Kill(signal, timedOut: false);
                break;
            default:
                throw new CaissonException(ErrorCode.InvalidArgument, $"there is no signal {signal}");
        }
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> bytes) => Output.Append(stream, bytes);

    public void Dispose()
    {
        _deadline?.Dispose();
        _overdue?.Dispose();
        Input?.Dispose();
    }

    private void Kill(int signal, bool timedOut)
    {
        lock (_lock)
        {
            if (_endedBy is not null || _ended.Task.IsCompleted)
                return;
            (_endedBy, _timedOut) = (signal, timedOut);
            _run.Stop();
            Output.Stop();
            Input?.Close();
            // Code that cannot be stopped takes the worker along; the next command has another.
            _overdue = _time.CreateTimer(_ => Overdue.End($"command {Pid} did not stop"), null, _grace, Timeout.InfiniteTimeSpan);
        }
    }

    private void Run()
    {
        var end = _run.Execute();
        _module.Dispose();
        _code?.Dispose();
        Input?.Dispose();
        lock (_lock)
        {
            _deadline?.Dispose();
            _overdue?.Dispose();
            EndedAt = _time.GetTimestamp();
            Output.Complete(_endedBy is null && end.Message is { } words ? $"wasm: {words.TrimEnd()}\n" : null);
            _ended.TrySetResult(_endedBy is { } signal
                ? new CommandEnd(null, signal, _timedOut, false)
                : new CommandEnd(end.ExitCode, end.Signal, false, end.OutOfMemory));
        }
    }
}
