using System.Collections.Concurrent;
using System.Security.Cryptography;
using Caisson.Core.Failures;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;
using Caisson.Engine.Sandboxes;
using Microsoft.Extensions.Options;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>The polled watchers of every sandbox; one ends when it is removed, when its sandbox ends or with the server.</summary>
internal sealed class DirectoryWatchers(IOptions<E2bOptions> options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Sandbox, string Watcher), DirectoryWatcher> _watchers = new();

    public async Task<string> CreateAsync(EnvdCall call, WatchRequest request, CancellationToken cancellation)
    {
        await SweepAsync();
        var sandbox = call.Sandbox.Info.Id.Value;
        if (_watchers.Keys.Count(key => key.Sandbox == sandbox) >= options.Value.MaxWatchers)
            throw new CaissonException(ErrorCode.ResourceExhausted, $"the sandbox has {options.Value.MaxWatchers} watchers already", "Remove one first");
        var watcher = new DirectoryWatcher(call, request);
        try
        {
            await watcher.Started.WaitAsync(cancellation);
        }
        catch
        {
            await watcher.DisposeAsync();
            throw;
        }

        var id = "w" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        _watchers[(sandbox, id)] = watcher;
        return id;
    }

    public DirectoryWatcher Find(ISandbox sandbox, string? id) =>
        _watchers.TryGetValue((sandbox.Info.Id.Value, id ?? ""), out var watcher) ? watcher : throw NotFound(id);

    public async Task RemoveAsync(ISandbox sandbox, string? id)
    {
        if (!_watchers.TryRemove((sandbox.Info.Id.Value, id ?? ""), out var watcher))
            throw NotFound(id);
        await watcher.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watcher in _watchers.Values)
            await watcher.DisposeAsync();
        _watchers.Clear();
    }

    private static CaissonException NotFound(string? id) => new(ErrorCode.NotFound, $"watcher with id {id} not found");

    // Watchers of ended sandboxes hold nothing but a little memory, so they are cleared away when the next one is made.
    private async Task SweepAsync()
    {
        foreach (var (key, watcher) in _watchers)
        {
            if (watcher.IsOver && _watchers.TryRemove(key, out _))
                await watcher.DisposeAsync();
        }
    }
}
