using Caisson.Core.Backends;
using Caisson.Core.Guests;
using Caisson.Core.Policy;

namespace Caisson.Backends.Wasm;

/// <summary>A sandbox whose programs are WebAssembly modules, run by a worker behind another wall.</summary>
internal class WasmSandbox(IWalledSandbox around, WasmGuest guest) : IWalledSandbox
{
    public IGuest Guest => guest;

    public Task<string> Exited => around.Exited;

    /// <summary>The wall around as a facet, for those who know that it has it.</summary>
    protected IWalledSandbox Around => around;

    public Task PrepareEgressAsync(EgressPolicy policy, CancellationToken cancellation) => policy.Transforms.Count > 0 ? throw Refusals.Headers() : Task.CompletedTask;

    // Modules have no sockets: whatever a policy allows, nothing leaves.
    public void ApplyEgress(EgressPolicy policy)
    {
    }

    public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) => throw Refusals.Ports();

    public Task<SandboxUsage> UsageAsync(CancellationToken cancellation) => around.UsageAsync(cancellation);

    public async Task KillAsync(CancellationToken cancellation)
    {
        await around.KillAsync(cancellation).ConfigureAwait(false);
        await guest.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await guest.DisposeAsync().ConfigureAwait(false);
        await around.DisposeAsync().ConfigureAwait(false);
    }
}
