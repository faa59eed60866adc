namespace Caisson.Core.Volumes;

/// <summary>The content of a mounted volume, reached from the host beside whatever sandboxes do in it.</summary>
/// <remarks>
/// Paths start at the volume's root, with or without a slash; <c>..</c> is resolved by text. Links inside are followed as long as they stay below the
/// root; nothing a sandbox puts there leads a call out of the volume. What is acknowledged is on disk.
/// </remarks>
public interface IVolumeFiles
{
    /// <summary>Describes what lies at a path; NotFound when nothing does.</summary>
    Task<VolumeEntry> StatAsync(string path, CancellationToken cancellation);

    /// <summary>What lies in a directory and, with more depth, below it, in order of paths.</summary>
    Task<IReadOnlyList<VolumeEntry>> ListAsync(string path, int depth, CancellationToken cancellation);

    /// <summary>Opens a regular file for reading.</summary>
    Task<Stream> ReadAsync(string path, CancellationToken cancellation);

    /// <summary>Puts a whole file in its place at once; AlreadyExists where something is and may not be replaced, NotFound without its directory.</summary>
    Task<VolumeEntry> WriteAsync(string path, Stream content, VolumeAttributes attributes, bool replace, CancellationToken cancellation);

    /// <summary>Makes a directory; with <paramref name="parents"/> those above it too, and one that is there is fine.</summary>
    Task<VolumeEntry> MakeDirectoryAsync(string path, VolumeAttributes attributes, bool parents, CancellationToken cancellation);

    /// <summary>Changes owner or permissions, of a link itself and not of what it leads to.</summary>
    Task<VolumeEntry> ChangeAsync(string path, VolumeAttributes attributes, CancellationToken cancellation);

    /// <summary>Renames; AlreadyExists where something is and may not be replaced.</summary>
    Task<VolumeEntry> MoveAsync(string source, string destination, bool replace, CancellationToken cancellation);

    /// <summary>Removes a file, a link, or a directory with all in it: out of everybody's sight at once. NotFound when there is none.</summary>
    Task RemoveAsync(string path, CancellationToken cancellation);
}
