using Caisson.Core.Backends;

namespace Caisson.Backends.Wasm;

/// <summary>Walls of WebAssembly: modules as commands of a worker, which itself stands behind another wall.</summary>
/// <param name="options">What it needs to know of the host.</param>
/// <param name="around">The wall around every worker; what it does not let out does not get out, whatever is wrong with the runtime.</param>
public sealed class WasmBackend(WasmOptions options, ISandboxBackend around) : ISandboxBackend, IDisposable
{
    private readonly ModuleStore _modules = new(options);

    /// <inheritdoc/>
    public string Name => "wasm";

    /// <inheritdoc/>
    public WallStrength Strength => WallStrength.Runtime;

    /// <inheritdoc/>
    public WallCapabilities Capabilities => WallCapabilities.None;

    /// <inheritdoc/>
    public Task<BackendReport> ProbeAsync(CancellationToken cancellation) => WasmProbe.RunAsync(options, around, cancellation);

    /// <inheritdoc/>
    public async Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        var worker = new WorkerRequest(request.Spec, options, _modules.Open());
        var sandbox = await around.StartAsync(request with { Spec = worker.Around() }, cancellation).ConfigureAwait(false);
        var door = new WorkerDoor(sandbox, worker, options.StartTimeout);
        try
        {
            _ = await door.OpenAsync(cancellation).ConfigureAwait(false);
            return Wrap(sandbox, worker, door);
        }
        catch
        {
            await door.DisposeAsync().ConfigureAwait(false);
            await sandbox.KillAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        var worker = new WorkerRequest(request.Spec, options, _modules.Open());
        if (await around.AttachAsync(request with { Spec = worker.Around() }, cancellation).ConfigureAwait(false) is not { } sandbox)
            return null;
        // Its worker is found, or another started, with the first call: one that stands still would not answer.
        return Wrap(sandbox, worker, new WorkerDoor(sandbox, worker, options.StartTimeout));
    }

    /// <inheritdoc/>
    public void Dispose() => _modules.Dispose();

    private WasmSandbox Wrap(IWalledSandbox sandbox, WorkerRequest worker, WorkerDoor door)
    {
        var guest = new WasmGuest(sandbox.Guest, door, worker.Trees, _modules);
        return sandbox is IFreezable and ILayered ? new KeepableWasmSandbox(sandbox, guest) : new WasmSandbox(sandbox, guest);
    }
}
