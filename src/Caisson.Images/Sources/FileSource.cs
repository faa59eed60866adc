namespace Caisson.Images.Sources;

/// <summary>An archive on this host.</summary>
internal sealed class FileSource(string path) : IImageSource
{
    /// <inheritdoc/>
    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: true);
        await file.CopyToAsync(target, 1 << 18, cancellation).ConfigureAwait(false);
    }
}
