using Caisson.Core.Backends;

namespace Caisson.Backends.Wasm;

/// <summary>A WebAssembly sandbox behind a wall that can freeze and copy what is behind it.</summary>
internal sealed class KeepableWasmSandbox(IWalledSandbox around, WasmGuest guest) : WasmSandbox(around, guest), IFreezable, ILayered
{
    public Task FreezeAsync(CancellationToken cancellation) => ((IFreezable)Around).FreezeAsync(cancellation);

    public Task ThawAsync(CancellationToken cancellation) => ((IFreezable)Around).ThawAsync(cancellation);

    public async Task<CapturedLayer> CaptureAsync(string path, bool leaveProcesses, CancellationToken cancellation)
    {
        // The worker is a process of the wall around and none of the sandbox: only commands count.
        if (!leaveProcesses && (await Guest.ListAsync(cancellation).ConfigureAwait(false)).Count > 0)
            throw Refusals.Running();
        return await ((ILayered)Around).CaptureAsync(path, leaveProcesses: true, cancellation).ConfigureAwait(false);
    }
}
