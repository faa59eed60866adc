using Caisson.Core.Guests;

namespace Caisson.Engine.Tests.Fakes;

internal sealed class FakeGuest(Func<Task> onConfigure) : IGuest
{
    public GuestConfiguration? Configuration { get; private set; }

    public IReadOnlyList<ExecEvent> Script { get; set; } = [new ExecExited(0, null, false, false, 0)];

    public Task Closed { get; } = new TaskCompletionSource().Task;

    public IGuestFiles Files { get; } = new NoFiles();

    public async Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation)
    {
        await onConfigure();
        Configuration = configuration;
    }

    public Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation) => Task.FromResult<IExecution>(new FakeExecution(7, Script));

    public Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation) =>
        Task.FromResult<IExecution>(new FakeExecution(7, Script));

    public IReadOnlyList<ProcessInfo> Processes { get; set; } = [];

    public Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation) => Task.FromResult(Processes);

    public Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation) => Task.CompletedTask;

    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation) => Task.CompletedTask;

    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation) => Task.CompletedTask;

    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation) => Task.CompletedTask;

    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => Task.FromResult(new GuestStatistics(11, 22));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
