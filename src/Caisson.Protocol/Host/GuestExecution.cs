using System.Runtime.CompilerServices;
using Caisson.Core.Guests;
using Caisson.Protocol.Messages;

namespace Caisson.Protocol.Host;

/// <summary>A stream of one process's output and end.</summary>
internal sealed class GuestExecution(GuestCall call, int pid) : IExecution
{
    public int Pid => pid;

    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await call.ReadAsync(cancellation).ConfigureAwait(false) is { } item)
        {
            switch (item.Reply?.KindCase)
            {
                case Reply.KindOneofCase.Output:
                    var output = item.Reply.Output;
                    yield return new ExecOutputEvent((OutputStream)output.Stream, output.Offset, output.Data.Memory);
                    break;
                case Reply.KindOneofCase.Exited:
                    var end = item.Reply.Exited;
                    yield return new ExecExited(
                        end.HasExitCode ? end.ExitCode : null, end.HasSignal ? end.Signal : null, end.TimedOut, end.OutOfMemory, end.OutputDropped);
                    yield break;
            }
        }

        throw GuestClient.Gone();
    }

    public ValueTask DisposeAsync() => call.DisposeAsync();
}
