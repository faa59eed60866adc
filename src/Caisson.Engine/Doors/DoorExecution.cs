using System.Runtime.CompilerServices;
using Caisson.Core.Guests;

namespace Caisson.Engine.Doors;

/// <summary>A view on a process that ends when the doors close; the process does not.</summary>
internal sealed class DoorExecution(IExecution inner, DoorPass pass) : IExecution
{
    /// <inheritdoc/>
    public int Pid => inner.Pid;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, pass.Left);
        await using var events = inner.ReadAsync(either.Token).GetAsyncEnumerator(either.Token);
        while (true)
        {
            try
            {
                if (!await events.MoveNextAsync())
                    yield break;
            }
            catch (OperationCanceledException e) when (pass.Left.IsCancellationRequested)
            {
                throw pass.Closed(e);
            }

            yield return events.Current;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        pass.Dispose();
    }
}
