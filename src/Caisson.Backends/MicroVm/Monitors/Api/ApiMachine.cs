using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>One machine of a monitor that has an API socket.</summary>
/// <param name="api">How it is spoken to.</param>
/// <param name="socket">Its API socket.</param>
/// <param name="line">The path of the socket of its line.</param>
/// <param name="directory">Where its kept state lies.</param>
/// <param name="memory">Where its memory is kept; null for one that was found again.</param>
/// <param name="process">The monitor.</param>
internal sealed class ApiMachine(IMachineApi api, ApiSocket socket, string line, string directory, SafeFileHandle? memory, MonitorProcess process) : IMachine
{
    public int Pid => process.Pid;

    public Task<Stream> OpenLineAsync(CancellationToken cancellation) => VsockLine.OpenAsync(line, cancellation);

    public Task StopAsync(CancellationToken cancellation) => api.StopAsync(socket, cancellation);

    public Task GoOnAsync(CancellationToken cancellation) => api.GoOnAsync(socket, cancellation);

    /// <summary>Brings up what was asked for.</summary>
    public async Task BringUpAsync(MachineStart start, CancellationToken cancellation)
    {
        await api.ReadyAsync(socket, cancellation).ConfigureAwait(false);
        if (start.State is null)
            await api.StartAsync(socket, start, cancellation).ConfigureAwait(false);
        else
            await api.TakeUpAsync(socket, start, cancellation).ConfigureAwait(false);
    }

    public async Task<byte[]> KeepAsync(CancellationToken cancellation)
    {
        var folder = JailPlaces.KeptFolder(directory);
        await api.KeepAsync(socket, cancellation).ConfigureAwait(false);
        return await Task.Run(() => KeptState.Collect(api, folder, memory!), cancellation).ConfigureAwait(false);
    }

    public async Task EndAsync()
    {
        await process.EndAsync().ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    public string Messages() => process.Messages();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Dispose();
        return ValueTask.CompletedTask;
    }
}
