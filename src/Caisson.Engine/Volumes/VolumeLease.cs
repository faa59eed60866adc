using Caisson.Core.Volumes;

namespace Caisson.Engine.Volumes;

/// <summary>The content of a volume while somebody uses it.</summary>
public sealed class VolumeLease(IVolumeFiles files, Action? release = null) : IDisposable
{
    private Action? _release = release;

    /// <summary>The content.</summary>
    public IVolumeFiles Files { get; } = files;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
