using System.Collections.Concurrent;
using Caisson.Linux.Files;

namespace Caisson.Walls.Disks;

/// <summary>Devices of captured layers: one a layer for all sandboxes that stand on it, so that they share what is read of it.</summary>
internal sealed class CapturedDisks
{
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Opens the device of each layer; it stays while the result or a mount of it is there.</summary>
    public List<LoopDevice> Open(IReadOnlyList<string> layers)
    {
        var opened = new List<LoopDevice>();
        try
        {
            foreach (var layer in layers)
                opened.Add(Open(layer));
            return opened;
        }
        catch
        {
            opened.ForEach(device => device.Dispose());
            throw;
        }
    }

    private LoopDevice Open(string layer)
    {
        if (_known.TryGetValue(layer, out var path) && LoopDevice.TryOpen(path, layer) is { } shared)
            return shared;
        var device = LoopDevice.Attach(layer, readOnly: true);
        _known[layer] = device.Path;
        return device;
    }
}
