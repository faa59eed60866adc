using System.Runtime.CompilerServices;
using Caisson.Core.Guests;

namespace Caisson.Engine.Tests.Fakes;

internal sealed class FakeExecution(int pid, IReadOnlyList<ExecEvent> script) : IExecution
{
    public int Pid => pid;

    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var happened in script)
        {
            await Task.Yield();
            yield return happened;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
