using System.Globalization;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Images.Archives;
using Caisson.Images.Oci;

namespace Caisson.Images.Sources.Registry;

/// <summary>An image of a registry, written as an OCI layout while it is fetched; what has an address is checked by whoever reads the archive.</summary>
internal sealed class RegistrySource(RegistryReference reference, RegistryAccess access) : IImageSource
{
    private static readonly string[] _manifests = [MediaTypes.Manifest, MediaTypes.Index, MediaTypes.DockerManifest, MediaTypes.DockerList];

    /// <inheritdoc/>
    public async Task WriteAsync(Stream target, CancellationToken cancellation)
    {
        using var registry = new RegistryConnection(reference, access);
        var (content, manifest) = await FindAsync(registry, cancellation).ConfigureAwait(false);
        var archive = new ArchiveWriter(target);
        await archive.WriteAsync("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray(), cancellation).ConfigureAwait(false);
        await archive.WriteAsync("index.json", Index(content), cancellation).ConfigureAwait(false);
        await archive.WriteAsync(Place(Digest.Of(content)), content, cancellation).ConfigureAwait(false);
        foreach (var blob in new[] { manifest.Config! }.Concat(manifest.Layers ?? []).DistinctBy(one => one.Digest, StringComparer.Ordinal))
        {
            var digest = Digest.Parse(blob.Digest);
            using var response = await registry.SendAsync($"blobs/{digest}", [], cancellation).ConfigureAwait(false);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await archive.WriteAsync(Place(digest), blob.Size, stream, cancellation).ConfigureAwait(false);
        }

        await archive.FinishAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<(byte[] Content, ImageManifest Manifest)> FindAsync(RegistryConnection registry, CancellationToken cancellation)
    {
        var (content, type) = await ReadAsync(registry, reference.Tag, cancellation).ConfigureAwait(false);
        if (MediaTypes.IsIndex(type))
        {
            var index = ImageArchive.ParseJson(content, OciJson.Default.ImageIndex);
            var ours = (index.Manifests ?? []).FirstOrDefault(one => one.Platform is { OperatingSystem: "linux", Architecture: "amd64" })
                ?? throw new CaissonException(ErrorCode.Unsupported, $"{reference} is not for linux/amd64");
            (content, type) = await ReadAsync(registry, Digest.Parse(ours.Digest).ToString(), cancellation).ConfigureAwait(false);
        }

        var manifest = MediaTypes.IsManifest(type) ? ImageArchive.ParseJson(content, OciJson.Default.ImageManifest) : null;
        return manifest?.Config is not null
            ? (content, manifest)
            : throw new CaissonException(ErrorCode.Unsupported, $"{reference} is of the form '{type}', which is no image");
    }

    private static async Task<(byte[] Content, string? Type)> ReadAsync(RegistryConnection registry, string tag, CancellationToken cancellation)
    {
        var (content, type) = await registry.ReadAsync($"manifests/{tag}", _manifests, cancellation).ConfigureAwait(false);
        if (Digest.TryParse(tag, out var stated) && Digest.Of(content) is var found && found != stated)
            throw ImageArchive.Corrupted(stated, found);
        return (content, type);
    }

    private static byte[] Index(byte[] manifest) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{MediaTypes.Manifest}}","digest":"{{Digest.Of(manifest)}}","size":{{manifest.Length.ToString(CultureInfo.InvariantCulture)}}}]}""");

    private static string Place(Digest digest) => $"blobs/sha256/{digest.Hex}";
}
