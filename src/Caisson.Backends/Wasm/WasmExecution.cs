using System.Runtime.CompilerServices;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Backends.Wasm;

/// <summary>A view on one command; where its worker dies, it says how.</summary>
internal sealed class WasmExecution(IExecution inner, WorkerDoor door, Task gone) : IExecution
{
    private const int SigKill = 9;

    public int Pid => inner.Pid;

    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var events = inner.ReadAsync(cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            ExecEvent next;
            try
            {
                if (!await events.MoveNextAsync().ConfigureAwait(false))
                    yield break;
                next = events.Current;
            }
            catch (CaissonException lost) when (lost.Code == ErrorCode.Unavailable && !gone.IsCompleted)
            {
                next = await EndAsync(lost, cancellation).ConfigureAwait(false);
            }

            yield return next;
            if (next is ExecExited)
                yield break;
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<ExecExited> EndAsync(CaissonException lost, CancellationToken cancellation)
    {
        var (outOfMemory, reason) = await door.DeathAsync(cancellation).ConfigureAwait(false);
        return outOfMemory
            ? new ExecExited(null, SigKill, TimedOut: false, OutOfMemory: true, OutputDropped: 0)
            : throw new CaissonException(ErrorCode.Unavailable, $"the WebAssembly worker ended while the command ran: {reason}", "Run the command again; another worker is started for it.", inner: lost);
    }
}
