using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Engine.State;
using Caisson.Engine.Store;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Layers;

/// <summary>Captured layers by the hash of their content, each kept while a snapshot, a sandbox or another layer stands on it.</summary>
internal sealed partial class LayerStore(StateDirectory state, IStore store, ILogger log) : IDisposable
{
    /// <summary>How many layers may lie upon each other; the kernel takes the names of all in one page.</summary>
    public const int MostLayers = 32;

    private readonly ILogger _log = log;
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LayerRecord> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    /// <summary>How many layers there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _layers.Count;
        }
    }

    /// <summary>Takes note of the layers of the server before.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var layer in await store.LoadLayersAsync(cancellation))
            _layers[layer.Address] = layer;
        foreach (var parent in _layers.Values.Select(layer => layer.Parent).OfType<string>())
            Use(parent);
    }

    /// <summary>Removes what nothing stands on and files that are no layers; to be called once, when every use is known.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        foreach (var address in Unused())
            await RemoveAsync(address, cancellation);
        foreach (var path in Directory.EnumerateFiles(state.Layers).Where(path => !_layers.ContainsKey(Path.GetFileNameWithoutExtension(path))))
            File.Delete(path);
    }

    /// <summary>A path for a layer in the making; what is left of it when we die is swept.</summary>
    public string Making() => Path.Combine(state.Layers, $"{Guid.NewGuid():N}.new");

    /// <summary>Takes in a captured file and counts one use of it.</summary>
    /// <param name="file">The file, which is moved.</param>
    /// <param name="digest">The hash of its content.</param>
    /// <param name="parent">The layer its sandbox stood on, or null.</param>
    /// <param name="template">The template at the bottom.</param>
    /// <param name="wall">The wall that made it.</param>
    /// <param name="bytes">What it takes on disk.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LayerRecord> AddAsync(string file, string digest, string? parent, string template, string wall, long bytes, CancellationToken cancellation)
    {
        var address = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{wall}\n{template}\n{parent}\n{digest}")));
        await _changes.WaitAsync(cancellation);
        try
        {
            lock (_gate)
            {
                if (_layers.TryGetValue(address, out var known))
                {
                    Use(address);
                    File.Delete(file);
                    return known;
                }
            }

            var layer = new LayerRecord(address, parent, template, wall, bytes);
            File.Move(file, PathOf(layer.Address), overwrite: true);
            await store.SaveLayerAsync(layer, cancellation);
            lock (_gate)
            {
                _layers[address] = layer;
                if (parent is not null)
                    Use(parent);
                Use(address);
            }

            return layer;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>The layer of that address; NotFound when it is gone.</summary>
    public LayerRecord Get(string address) =>
        Find(address) ?? throw new CaissonException(ErrorCode.NotFound, $"layer {address[..12]} is gone");

    /// <summary>The layer of that address, or null.</summary>
    public LayerRecord? Find(string address)
    {
        lock (_gate)
            return _layers.GetValueOrDefault(address);
    }

    /// <summary>Counts one more use, so that it stays; NotFound when it is gone.</summary>
    public void Acquire(string address)
    {
        lock (_gate)
        {
            _ = Get(address);
            Use(address);
        }
    }

    /// <summary>As <see cref="Acquire"/>, where there may be none.</summary>
    public void AcquireOptional(string? address)
    {
        if (address is not null)
            Acquire(address);
    }

    /// <summary>Counts one use less; a layer without any goes, and so may those below it.</summary>
    public async Task ReleaseAsync(string? address)
    {
        if (address is null)
            return;
        await _changes.WaitAsync();
        try
        {
            lock (_gate)
            {
                if (!_uses.TryGetValue(address, out var uses))
                    return;
                _uses[address] = uses - 1;
                if (uses > 1)
                    return;
            }

            await RemoveAsync(address, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or CaissonException)
        {
            // The next start sweeps it.
            LogLayerLeft(e, address);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>The files of a layer and of all below it, lowest first.</summary>
    public IReadOnlyList<string> Files(string? address)
    {
        var files = new List<string>();
        for (var at = address; at is not null; at = Get(at).Parent)
            files.Insert(0, PathOf(at));
        return files;
    }

    /// <inheritdoc/>
    public void Dispose() => _changes.Dispose();

    private string PathOf(string address) => Path.Combine(state.Layers, $"{address}.layer");

    private void Use(string address) => _uses[address] = _uses.GetValueOrDefault(address) + 1;

    private List<string> Unused()
    {
        lock (_gate)
            return [.. _layers.Keys.Where(address => _uses.GetValueOrDefault(address) == 0)];
    }

    private async Task RemoveAsync(string address, CancellationToken cancellation)
    {
        for (var at = address; at is not null;)
        {
            string? parent;
            lock (_gate)
            {
                if (!_layers.Remove(at, out var layer))
                    return;
                _uses.Remove(at);
                parent = layer.Parent;
                if (parent is not null && (_uses[parent] = _uses.GetValueOrDefault(parent) - 1) > 0)
                    parent = null;
            }

            await store.DeleteLayerAsync(at, cancellation);
            File.Delete(PathOf(at));
            at = parent;
        }
    }
}
