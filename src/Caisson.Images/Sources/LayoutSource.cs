using Caisson.Core.Failures;

namespace Caisson.Images.Sources;

/// <summary>An OCI image layout in a directory of this host.</summary>
internal sealed class LayoutSource(string directory) : IImageSource
{
    /// <inheritdoc/>
    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(directory, "index.json")))
            throw new CaissonException(ErrorCode.InvalidArgument, $"the directory '{directory}' has no index.json, so it is no OCI image layout");
        var archive = new ArchiveWriter(target);
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: true);
            await archive.WriteAsync(Path.GetRelativePath(directory, path), file.Length, file, cancellation).ConfigureAwait(false);
        }

        await archive.FinishAsync(cancellation).ConfigureAwait(false);
    }
}
