using System.Collections.Concurrent;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Store;

namespace Caisson.Engine.Tests.Fakes;

internal sealed class MemoryStore : IStore
{
    public ConcurrentDictionary<SandboxId, SandboxInfo> Saved { get; } = new();

    public Func<SandboxInfo, Task>? OnSave { get; set; }

    public async Task SaveSandboxAsync(SandboxInfo sandbox, CancellationToken cancellation)
    {
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        if (OnSave is { } hook)
            await hook(sandbox);
        Saved[sandbox.Id] = sandbox;
    }

    public Task<IReadOnlyList<SandboxInfo>> LoadSandboxesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SandboxInfo>>([.. Saved.Values]);

    public async Task DeleteSandboxAsync(SandboxId id, CancellationToken cancellation)
    {
        await Task.Yield();
        Saved.TryRemove(id, out _);
    }

    public Task SaveKeyAsync(ApiKeyRecord key, CancellationToken cancellation) => Task.CompletedTask;

    public Task<ApiKeyRecord?> FindKeyAsync(string hash, CancellationToken cancellation) => Task.FromResult<ApiKeyRecord?>(null);

    public Task<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ApiKeyRecord>>([]);

    public Task<bool> DeleteKeyAsync(string id, CancellationToken cancellation) => Task.FromResult(false);
}
