using Caisson.Core.Failures;
using Caisson.Interpreter.Kernels;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter.Contexts;

/// <summary>One context: its kernel, started when first needed, and the line of those who want to use it.</summary>
internal sealed class CodeContext(ContextInfo info, Kernel? found, Func<ContextInfo, CancellationToken, Task<Kernel>> start, InterpreterOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Kernel? _kernel = found;
    private int _waiting;
    private volatile bool _removed;

    public ContextInfo Info => info;

    /// <summary>Makes sure that its kernel is ready.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await EnterAsync(cancellation);
        try
        {
            await KernelAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs code once it is this run's turn.</summary>
    public async Task<IRun> RunAsync(RunRequest request, CancellationToken cancellation)
    {
        await EnterAsync(cancellation);
        try
        {
            var kernel = await KernelAsync(cancellation);
            // Not the caller's: a request that is half written cannot be taken back.
            using var late = new CancellationTokenSource(options.InterruptLimit, time);
            try
            {
                return new ContextRun(this, kernel, await kernel.BeginAsync(request, late.Token));
            }
            catch (Exception error)
            {
                await EndAsync(kernel);
                if (error is OperationCanceledException)
                    throw new CaissonException(ErrorCode.Unavailable, "the context took no request and was ended", "Run the code again; it starts afresh.", inner: error);
                throw;
            }
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <summary>Gives it a new kernel; what runs is ended.</summary>
    public async Task RestartAsync(CancellationToken cancellation)
    {
        if (_kernel is { } old)
            await old.KillAsync(cancellation);
        await EnterAsync(cancellation);
        try
        {
            if (_kernel is { } ended)
                await EndAsync(ended);
            await KernelAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends its kernel; nothing runs in it again.</summary>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        _removed = true;
        if (_kernel is { } kernel)
            await kernel.KillAsync(cancellation);
    }

    /// <summary>Lets go of the kernel, which lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        _removed = true;
        if (_kernel is { } kernel)
            await kernel.DisposeAsync();
    }

    /// <summary>Ends a run's turn: code that still runs is interrupted, and ended with its context if it does not listen.</summary>
    internal async Task LeaveAsync(Kernel kernel, KernelRun run)
    {
        try
        {
            run.Abandon();
            var end = time.GetTimestamp() + (long)(options.InterruptLimit.TotalSeconds * time.TimestampFrequency);
            while (!run.Ended.IsCompleted && time.GetTimestamp() < end)
            {
                await kernel.InterruptAsync(CancellationToken.None);
                await run.Ended.WaitAsync(options.InterruptInterval, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!run.Ended.IsCompleted || kernel.Exited.IsCompleted)
                await EndAsync(kernel);
        }
        catch (CaissonException)
        {
            // The sandbox, or the kernel, is gone; whoever comes next finds out.
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task EnterAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > options.MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new CaissonException(ErrorCode.ResourceExhausted, $"{options.MaxWaiting} runs wait for context {info.Id} already", "Wait for them, or use another context.");
        }

        try
        {
            await _turn.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        if (!_removed)
            return;
        _turn.Release();
        throw new CaissonException(ErrorCode.NotFound, $"Context {info.Id} not found");
    }

    private async Task<Kernel> KernelAsync(CancellationToken cancellation)
    {
        if (_kernel is { Exited.IsCompleted: true } dead)
            await EndAsync(dead);
        if (_kernel is { } alive)
            return alive;
        var kernel = await start(info, cancellation);
        _kernel = kernel;
        if (_removed)
            await EndAsync(kernel);
        return kernel;
    }

    private async Task EndAsync(Kernel kernel)
    {
        using var late = new CancellationTokenSource(options.InterruptLimit, time);
        try
        {
            await kernel.KillAsync(late.Token);
        }
        catch (Exception error) when (error is CaissonException or OperationCanceledException)
        {
            // Gone with its sandbox, or out of reach until that ends.
        }

        if (ReferenceEquals(_kernel, kernel))
            _kernel = null;
        await kernel.DisposeAsync();
    }
}
