using System.Collections.Concurrent;
using Caisson.Core.Volumes;

namespace Caisson.Engine.Tests.Fakes;

/// <summary>Mounts that are names in a set.</summary>
internal sealed class FakeVolumeHost : IVolumeHost
{
    public ConcurrentDictionary<string, bool> Mounted { get; } = new(StringComparer.Ordinal);

    public List<string> Swept { get; } = [];

    public Exception? MountFails { get; set; }

    public Task FormatAsync(string image, VolumeQuota quota, CancellationToken cancellation) => File.WriteAllTextAsync(image, $"{quota}", cancellation);

    public Task<IMountedVolume> MountAsync(string image, string place, CancellationToken cancellation)
    {
        if (MountFails is { } failure)
            throw failure;
        if (!File.Exists(image) || !Mounted.TryAdd(place, true))
            throw new InvalidOperationException($"{place} is mounted already, or there is no {image}");
        return Task.FromResult<IMountedVolume>(new Mount(this, place));
    }

    public void Sweep(string directory)
    {
        Swept.Add(directory);
        Mounted.Clear();
    }

    private sealed class Mount(FakeVolumeHost host, string place) : IMountedVolume
    {
        public string Root => $"{place}/content";

        public IVolumeFiles Files => null!;

        public ValueTask DisposeAsync()
        {
            host.Mounted.TryRemove(place, out _);
            return ValueTask.CompletedTask;
        }
    }
}
