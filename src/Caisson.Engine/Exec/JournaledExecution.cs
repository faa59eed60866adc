using System.Runtime.CompilerServices;
using Caisson.Core.Guests;

namespace Caisson.Engine.Exec;

/// <summary>A view on a process that writes what passes through it to the timeline.</summary>
internal sealed class JournaledExecution(IExecution inner, ProcessJournal journal, JournaledGuest guest) : IExecution
{
    /// <inheritdoc/>
    public int Pid => inner.Pid;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var happened in inner.ReadAsync(cancellation))
        {
            if (happened is ExecOutputEvent output)
                journal.Output(output);
            yield return happened is ExecExited exit ? await guest.EndedAsync(journal, exit, cancellation) : happened;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
