using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Doors;

/// <summary>A guest behind the sandbox's state: calls wake it if they may, count as use, and end when it is paused.</summary>
internal sealed class DoorGuest(LiveSandbox sandbox) : IGuest
{
    // A new one after each start on the same files; there is one whenever the doors are open.
    private IGuest Inner => sandbox.Inside;

    /// <inheritdoc/>
    public Task Closed => !sandbox.Info.HasWall ? Task.CompletedTask : Inner.Closed;

    /// <inheritdoc/>
    public IGuestFiles Files { get; } = new DoorFiles(sandbox);

    /// <inheritdoc/>
    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation) =>
        RunAsync(token => Inner.ConfigureAsync(configuration, token), cancellation);

    /// <inheritdoc/>
    public Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation) => OpenAsync(token => Inner.StartAsync(request, token), cancellation);

    /// <inheritdoc/>
    public Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation) =>
        OpenAsync(token => Inner.AttachAsync(process, fromOffset, token), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation) => RunAsync(token => Inner.ListAsync(token), cancellation);

    /// <inheritdoc/>
    public Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        RunAsync(token => Inner.WriteInputAsync(process, data, token), cancellation);

    /// <inheritdoc/>
    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation) => RunAsync(token => Inner.CloseInputAsync(process, token), cancellation);

    /// <inheritdoc/>
    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation) =>
        RunAsync(token => Inner.SignalAsync(process, signal, group, token), cancellation);

    /// <inheritdoc/>
    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation) =>
        RunAsync(token => Inner.ResizeAsync(process, size, token), cancellation);

    /// <inheritdoc/>
    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => RunAsync(token => Inner.StatisticsAsync(token), cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var pass = await sandbox.EnterAsync(cancellation);
        return await pass.RunAsync(call);
    }

    private async Task RunAsync(Func<CancellationToken, Task> call, CancellationToken cancellation)
    {
        using var pass = await sandbox.EnterAsync(cancellation);
        await pass.RunAsync(async token =>
        {
            await call(token);
            return true;
        });
    }

    private async Task<IExecution> OpenAsync(Func<CancellationToken, Task<IExecution>> call, CancellationToken cancellation)
    {
        var pass = await sandbox.EnterAsync(cancellation);
        try
        {
            return new DoorExecution(await pass.RunAsync(call), pass);
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }
}
