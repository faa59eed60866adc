using Caisson.Interpreter.Kernels;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter.Contexts;

/// <summary>A run that holds its context's turn until it is disposed.</summary>
internal sealed class ContextRun(CodeContext context, Kernel kernel, KernelRun run) : IRun
{
    private int _left;

    public IAsyncEnumerable<RunEvent> ReadAsync(CancellationToken cancellation) => run.ReadAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
            await context.LeaveAsync(kernel, run);
    }
}
