namespace Caisson.Core.Volumes;

/// <summary>A volume that is mounted on the host; disposing it takes the host's mount away, what sandboxes have of it stays.</summary>
public interface IMountedVolume : IAsyncDisposable
{
    /// <summary>The host directory that sandboxes mount.</summary>
    string Root { get; }

    /// <summary>Its content.</summary>
    IVolumeFiles Files { get; }
}
