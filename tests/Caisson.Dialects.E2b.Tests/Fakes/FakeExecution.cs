using System.Threading.Channels;
using Caisson.Core.Guests;

namespace Caisson.Dialects.E2b.Tests.Fakes;

internal sealed class FakeExecution(int pid, ChannelReader<ExecEvent> events) : IExecution
{
    public int Pid => pid;

    public IAsyncEnumerable<ExecEvent> ReadAsync(CancellationToken cancellation) => events.ReadAllAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
