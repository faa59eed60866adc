using System.Collections.Concurrent;
using Caisson.Core.Failures;

namespace Caisson.Engine.Layers;

/// <summary>Which layers were found to hold what their addresses say: each is read once a server, and again when its file has changed.</summary>
/// <param name="digest">The hash of a layer's content; null checks nothing.</param>
internal sealed class LayerChecks(Func<string, string>? digest) : IDisposable
{
    private readonly ConcurrentDictionary<string, LayerStamp> _sound = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LayerStamp> _damaged = new(StringComparer.Ordinal);

    // One at a time: the disk is not faster for several.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Whether the last look found it to hold something else, or nothing.</summary>
    public bool IsDamaged(string address) => _damaged.ContainsKey(address);

    /// <summary>Takes note of one whose content was hashed just now.</summary>
    public void Sound(string address, string path)
    {
        _damaged.TryRemove(address, out _);
        _sound[address] = LayerStamp.Of(path);
    }

    /// <summary>Forgets a layer that is removed.</summary>
    public void Forget(string address)
    {
        _sound.TryRemove(address, out _);
        _damaged.TryRemove(address, out _);
    }

    /// <summary>Throws what names the layer and the remedy if it does not hold what its address says.</summary>
    public async Task RequireSoundAsync(LayerRecord layer, string path, CancellationToken cancellation)
    {
        if (digest is null || IsKnown(_sound, layer, path))
            return;
        await _turn.WaitAsync(cancellation);
        try
        {
            if (IsKnown(_sound, layer, path))
                return;
            var stamp = LayerStamp.Of(path);
            var failure = await Task.Run(() => FailureOf(layer, path, digest), cancellation);
            if (failure is null)
            {
                _damaged.TryRemove(layer.Address, out _);
                _sound[layer.Address] = stamp;
                return;
            }

            _sound.TryRemove(layer.Address, out _);
            _damaged[layer.Address] = stamp;
            throw failure;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static CaissonException? FailureOf(LayerRecord layer, string path, Func<string, string> digest)
    {
        try
        {
            return LayerStore.AddressOf(layer.Wall, layer.Template, layer.Parent, digest(path), layer.Memory?.Digest) == layer.Address ? null : Failure(layer, "its content is not what its address says");
        }
        catch (IOException e)
        {
            return Failure(layer, e is FileNotFoundException ? "its file is gone" : $"it cannot be read: {e.Message}", e);
        }
    }

    private static CaissonException Failure(LayerRecord layer, string how, IOException? inner = null) => new(
        ErrorCode.Conflict,
        $"layer {layer.Address} of what was made of '{layer.Template}' is corrupted: {how}",
        "Build the template again without the cache, import it again, or take the snapshot again; sandboxes that run on it go on.",
        FailureKind.Infrastructure,
        inner);

    private static bool IsKnown(ConcurrentDictionary<string, LayerStamp> kind, LayerRecord layer, string path) =>
        kind.TryGetValue(layer.Address, out var stamp) && stamp == LayerStamp.Of(path);
}
