using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Interpreter.Contexts;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter.Kernels;

/// <summary>One kernel process: it is read from as long as it lives, and asked one thing at a time.</summary>
internal sealed class Kernel : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int RequestPiece = 256 << 10;
    private const int MostNotes = 4 << 10;

    private readonly IGuest _guest;
    private readonly IExecution _execution;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private KernelRun? _run;
    private (string Id, TaskCompletionSource<KernelFrame> Answer)? _ping;
    private string _notes = "";

    private Kernel(IGuest guest, IExecution execution)
    {
        (_guest, _execution) = (guest, execution);
        _reading = ReadAsync();
    }

    /// <summary>The pid inside of the process that stands for it: its launcher, or what holds its place.</summary>
    public int Pid => _execution.Pid;

    /// <summary>Completes with its exit code, or -1, when it has ended.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>What it wrote outside of frames, which is why it could not start.</summary>
    public string Notes => _notes;

    /// <summary>Starts a kernel; it is not ready yet.</summary>
    public static async Task<Kernel> StartAsync(IGuest guest, ExecRequest request, CancellationToken cancellation) =>
        new(guest, await guest.StartAsync(request, cancellation));

    /// <summary>Finds a kernel of a server before this one again.</summary>
    public static async Task<Kernel> AttachAsync(IGuest guest, ProcessSelector process, CancellationToken cancellation)
    {
        var kernel = new Kernel(guest, await guest.AttachAsync(process, null, cancellation));
        kernel._ready.TrySetResult();
        return kernel;
    }

    /// <summary>Waits until it takes requests.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        await Task.WhenAny(_ready.Task, _exited.Task).WaitAsync(cancellation);
        if (!_ready.Task.IsCompletedSuccessfully)
            throw new CaissonException(ErrorCode.Unavailable, $"the kernel ended while it started: {_notes.Trim()}", "Look at what its template lacks with 'caisson doctor'.");
    }

    /// <summary>Asks whether it is there; the answer tells the directory with which it was adopted.</summary>
    public async Task<KernelFrame> PingAsync(CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<KernelFrame>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Guid.NewGuid().ToString("N");
        lock (_gate)
            _ping = (id, answer);
        await SendAsync(new KernelRequest("ping") { Id = id }, cancellation);
        return await answer.Task.WaitAsync(cancellation);
    }

    /// <summary>Makes a spare kernel a context's own.</summary>
    public Task AdoptAsync(ContextInfo info, CancellationToken cancellation) => SendAsync(new KernelRequest("adopt") { Id = info.Id, Cwd = info.WorkingDirectory }, cancellation);

    /// <summary>Begins a run; one at a time.</summary>
    public async Task<KernelRun> BeginAsync(RunRequest request, CancellationToken cancellation)
    {
        var run = new KernelRun(Guid.NewGuid().ToString("N"));
        lock (_gate)
        {
            if (_run is not null)
                throw new InvalidOperationException("a kernel runs one thing at a time");
            _run = run;
        }

        try
        {
            await SendAsync(new KernelRequest("run") { Id = run.Id, Code = request.Code, Env = request.Environment.Count == 0 ? null : request.Environment }, cancellation);
        }
        catch (CaissonException) when (!cancellation.IsCancellationRequested)
        {
            // It ended before it could take the request.
            End(run, Died(await _exited.Task.WaitAsync(cancellation)));
        }

        return run;
    }

    /// <summary>Interrupts what it runs.</summary>
    public Task InterruptAsync(CancellationToken cancellation) => _guest.SignalAsync(new ProcessSelector(Pid), Interrupt, group: false, cancellation);

    /// <summary>Ends it and everything it started.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        try
        {
            await _guest.SignalAsync(new ProcessSelector(Pid), Kill, group: false, cancellation);
        }
        catch (CaissonException gone) when (gone.Code is ErrorCode.NotFound)
        {
            return;
        }

        await _exited.Task.WaitAsync(cancellation);
    }

    /// <summary>Lets go of it; the process lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
        await _execution.DisposeAsync();
        _closing.Dispose();
    }

    private static RunFailed Died(int code) => new("KernelDied", $"the kernel ended with exit code {code}; what it knew is gone", "");

    private async Task SendAsync(KernelRequest request, CancellationToken cancellation)
    {
        // Once begun, a line is written to its end: half of one would spoil the next.
        for (ReadOnlyMemory<byte> line = request.ToLine(); line.Length > 0; line = line[Math.Min(RequestPiece, line.Length)..])
            await _guest.WriteInputAsync(new ProcessSelector(Pid), line[..Math.Min(RequestPiece, line.Length)], _closing.Token).WaitAsync(cancellation);
    }

    private async Task ReadAsync()
    {
        var code = -1;
        var lines = new LineBuffer(KernelFrame.MaxBytes);
        try
        {
            await foreach (var happened in _execution.ReadAsync(_closing.Token))
            {
                if (happened is ExecOutputEvent { Stream: OutputStream.StandardOutput } output)
                    await lines.AddAsync(output.Data, TakeAsync);
                else if (happened is ExecOutputEvent { Data: var note } && _notes.Length < MostNotes)
                    _notes += Encoding.UTF8.GetString(note.Span);
                else if (happened is ExecExited exit)
                    code = exit.ExitCode ?? 128 + (exit.Signal ?? 0);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or CaissonException)
        {
            // We let go, or the sandbox is gone.
        }

        KernelRun? run;
        (string Id, TaskCompletionSource<KernelFrame> Answer)? ping;
        lock (_gate)
        {
            _exited.TrySetResult(code);
            (run, ping) = (_run, _ping);
        }

        var gone = new CaissonException(ErrorCode.Unavailable, "the kernel is out of reach, as its sandbox has ended");
        ping?.Answer.TrySetException(gone);
        if (run is not null)
            End(run, code < 0 ? null : Died(code), code < 0 ? gone : null);
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> line)
    {
        if (KernelFrame.Read(line) is not { } frame)
            return;
        KernelRun? run;
        lock (_gate)
        {
            run = _run;
            if (frame.Kind == "pong" && _ping is { } ping && ping.Id == frame.Id)
                ping.Answer.TrySetResult(frame);
        }

        if (frame.Kind == "ready")
            _ready.TrySetResult();
        else if (frame.Kind == "done" && run is not null && frame.Id == run.Id)
            End(run, null);
        else if (!_ready.Task.IsCompleted && frame.Event is RunPrinted note && _notes.Length < MostNotes)
            _notes += note.Text;
        else if (frame.Event is { } happened && run is not null)
            await run.AddAsync(happened);
    }

    // What is printed between two runs belongs to neither and is left out.
    private void End(KernelRun run, RunEvent? last, CaissonException? failure = null)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_run, run))
                _run = null;
        }

        run.End(last, failure);
    }
}
