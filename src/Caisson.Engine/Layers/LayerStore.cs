using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Engine.State;
using Caisson.Engine.Store;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Layers;

/// <summary>Captured layers by the hash of their content, each kept while a snapshot, a sandbox or another layer stands on it.</summary>
/// <param name="state">Where they lie.</param>
/// <param name="store">Where their records are.</param>
/// <param name="durable">Moves them there.</param>
/// <param name="digest">The hash of a layer's content, as its wall told it; null where the host has no way of it.</param>
/// <param name="log">Tells of what could not be removed.</param>
internal sealed partial class LayerStore(StateDirectory state, IStore store, DurableFiles durable, Func<string, string>? digest, ILogger log) : IDisposable
{
    /// <summary>How many layers may lie upon each other; the kernel takes the names of all in one page.</summary>
    public const int MostLayers = 32;

    private readonly ILogger _log = log;
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LayerRecord> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private readonly LayerChecks _checks = new(digest);

    /// <summary>Called at points of its changes, as <see cref="EngineOptions.AtPoint"/> says.</summary>
    public Action<EnginePoint>? AtPoint { get; init; }

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
        var memories = _layers.Values.Where(layer => layer.Memory is not null).Select(layer => MemoryOf(PathOf(layer.Address))).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateDirectories(state.Layers).Where(path => !memories.Contains(path)))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>A path for a layer in the making; what is left of it when we die is swept.</summary>
    public string Making() => Path.Combine(state.Layers, $"{Guid.NewGuid():N}.new");

    /// <summary>Where the memory of a layer lies, if it has any: beside its file.</summary>
    public static string MemoryOf(string file) => $"{file}.memory";

    /// <summary>Removes a layer's file, in the making or made, and its memory.</summary>
    public static void Discard(string file)
    {
        File.Delete(file);
        if (Directory.Exists(MemoryOf(file)))
            Directory.Delete(MemoryOf(file), recursive: true);
    }

    /// <summary>Takes in a captured file and counts one use of it.</summary>
    /// <param name="file">The file, which is moved, with its memory where it has one.</param>
    /// <param name="captured">What is in it.</param>
    /// <param name="parent">The layer its sandbox stood on, or null.</param>
    /// <param name="template">The template at the bottom.</param>
    /// <param name="wall">The wall that made it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LayerRecord> AddAsync(string file, CapturedLayer captured, string? parent, string template, string wall, CancellationToken cancellation)
    {
        var address = AddressOf(wall, template, parent, captured.Digest, captured.Memory?.Digest);
        await _changes.WaitAsync(cancellation);
        try
        {
            lock (_gate)
            {
                if (_layers.TryGetValue(address, out var known) && !_checks.IsDamaged(address))
                {
                    Use(address);
                    Discard(file);
                    return known;
                }
            }

            var layer = new LayerRecord(address, parent, template, wall, captured.Bytes) { Memory = captured.Memory };
            // Its record must not outlive a crash of the host that its content did not.
            if (layer.Memory is not null)
            {
                await Task.Run(() => durable.MoveDirectory(MemoryOf(file), MemoryOf(PathOf(address))), cancellation);
                AtPoint?.Invoke(EnginePoint.LayerMemoryMoved);
            }

            await Task.Run(() => durable.Move(file, PathOf(layer.Address)), cancellation);
            AtPoint?.Invoke(EnginePoint.LayerMoved);
            _checks.Sound(address, PathOf(address));
            await store.SaveLayerAsync(layer, cancellation);
            lock (_gate)
            {
                if (_layers.TryAdd(address, layer) && parent is not null)
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

    /// <summary>What must let go of a layer before the name that led to it does.</summary>
    public Func<string, Task> Retiring { get; set; } = _ => Task.CompletedTask;

    /// <summary>Ends what stands ready on a layer that has lost its name, and counts one use less.</summary>
    public async Task RetireAsync(string? address)
    {
        if (address is not null)
            await Retiring(address);
        await ReleaseAsync(address);
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

    /// <summary>As <see cref="Files"/>, once each has been found to hold what its address says; a corrupted one is a failure that names it.</summary>
    public async Task<IReadOnlyList<string>> SoundFilesAsync(string? address, CancellationToken cancellation)
    {
        for (var at = address is null ? null : Get(address); at is not null; at = at.Parent is null ? null : Get(at.Parent))
            await _checks.RequireSoundAsync(at, PathOf(at.Address), cancellation);
        return Files(address);
    }

    /// <summary>A layer and its memory, for one sandbox to go on from; null where it has none.</summary>
    public async Task<SandboxCopy?> SoundCopyAsync(LayerRecord? layer, CancellationToken cancellation)
    {
        if (layer?.Memory is null)
            return null;
        await _checks.RequireSoundAsync(layer, PathOf(layer.Address), cancellation);
        return new SandboxCopy(PathOf(layer.Address), MemoryOf(PathOf(layer.Address)));
    }

    /// <summary>The hash of a layer's content as the walls tell it, or null where the host has no way of it.</summary>
    public string? ContentOf(string file) => digest?.Invoke(file);

    /// <summary>The address of a layer of that content upon what it stands on.</summary>
    public static string AddressOf(string wall, string template, string? parent, string content, string? memory = null) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{wall}\n{template}\n{parent}\n{content}{(memory is null ? "" : "\n")}{memory}")));

    /// <summary>Whether any layer stands on a template.</summary>
    public bool StandsOn(string template)
    {
        lock (_gate)
            return _layers.Values.Any(layer => layer.Template == template);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes.Dispose();
        _checks.Dispose();
    }

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
            AtPoint?.Invoke(EnginePoint.LayerForgotten);
            Discard(PathOf(at));
            _checks.Forget(at);
            at = parent;
        }
    }
}
