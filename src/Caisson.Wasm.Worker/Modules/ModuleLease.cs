namespace Caisson.Wasm.Worker.Modules;

/// <summary>A module in use; it stays loaded until this is disposed.</summary>
internal sealed class ModuleLease(CompiledModule module, Action? release) : IDisposable
{
    private Action? _release = release;

    public CompiledModule Module => module;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
