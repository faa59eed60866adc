using Caisson.Core.Failures;
using Caisson.Interpreter.Contexts;
using Caisson.Interpreter.Kernels;
using Caisson.Interpreter.Languages;

namespace Caisson.Interpreter;

/// <summary>One Python kernel started in advance, so that a new context costs one message.</summary>
internal sealed class SpareKernel(KernelStarts starts, InterpreterOptions options) : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private Task<Kernel?> _next = Task.FromResult<Kernel?>(null);
    private bool _closed;

    /// <summary>Begins to make the next one.</summary>
    public void Prepare()
    {
        lock (_gate)
        {
            if (!_closed)
                _next = MakeAsync();
        }
    }

    /// <summary>The spare kernel, now this context's, or null where there is none for it.</summary>
    public async Task<Kernel?> TakeAsync(ContextInfo info, CancellationToken cancellation)
    {
        if (!starts.Forks(LanguageCatalog.Find(info.Language)))
            return null;
        Task<Kernel?> mine;
        lock (_gate)
        {
            mine = _next;
            _next = Task.FromResult<Kernel?>(null);
        }

        try
        {
            if (await mine.WaitAsync(cancellation) is not { Exited.IsCompleted: false } kernel)
                return null;
            await kernel.AdoptAsync(info, cancellation);
            return kernel;
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
                _next = mine;
            throw;
        }
        finally
        {
            if (!cancellation.IsCancellationRequested)
                Prepare();
        }
    }

    /// <summary>Lets go of it; the process lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<Kernel?> last;
        lock (_gate)
            (_closed, last) = (true, _next);
        await _closing.CancelAsync();
        if (await last is { } kernel)
            await kernel.DisposeAsync();
        _closing.Dispose();
    }

    private async Task<Kernel?> MakeAsync()
    {
        await Task.Yield();
        try
        {
            return await starts.StartAsync(new ContextInfo(Guid.NewGuid().ToString("D"), LanguageCatalog.Default, options.WorkingDirectory), spare: true, _closing.Token);
        }
        catch (Exception error) when (error is CaissonException or OperationCanceledException)
        {
            // A context that needs a kernel tells its own caller what is wrong.
            return null;
        }
    }
}
