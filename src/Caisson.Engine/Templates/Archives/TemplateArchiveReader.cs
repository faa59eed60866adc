using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Engine.Layers;
using Caisson.Engine.Templates.Copies;

namespace Caisson.Engine.Templates.Archives;

/// <summary>Reads a template's archive into layers of this host.</summary>
internal sealed class TemplateArchiveReader(LayerStore layers)
{
    private const int LongestManifest = 1 << 20;
    private const long LongestLayer = 1L << 42;

    private static readonly ArchiveLimits _limits = new(1_000_000, 1L << 40);

    /// <summary>Reads it; one use of the topmost layer is the caller's.</summary>
    public async Task<(ArchiveManifest Manifest, LayerRecord Layer)> ReadAsync(Stream archive, Func<ArchiveManifest, CancellationToken, Task> check, CancellationToken cancellation)
    {
        await using var reader = await HostileArchive.OpenAsync(archive, _limits, cancellation);
        var manifest = await ManifestAsync(reader, cancellation);
        await check(manifest, cancellation);
        LayerRecord? top = null;
        var item = await reader.NextAsync(cancellation);
        for (var layer = 0; layer < manifest.Layers.Count; layer++)
        {
            var (file, bytes) = (layers.Making(), 0L);
            try
            {
                string digest;
                (item, digest, bytes) = await LayerAsync(reader, item, layer, manifest.Layers[layer], file, cancellation);
                var below = top;
                top = await layers.AddAsync(file, new CapturedLayer(layers.ContentOf(file) ?? digest, bytes, TimeSpan.Zero), below?.Address, manifest.Base, manifest.Wall, cancellation);
                await layers.ReleaseAsync(below?.Address);
            }
            catch
            {
                File.Delete(file);
                await layers.ReleaseAsync(top?.Address);
                throw;
            }
        }

        if (item is null)
            return (manifest, top!);
        await layers.ReleaseAsync(top?.Address);
        throw Bad($"it has an entry '{item.Path}' that its manifest does not tell of");
    }

    private static async Task<ArchiveManifest> ManifestAsync(HostileArchive reader, CancellationToken cancellation)
    {
        if (await reader.NextAsync(cancellation) is not { Path: ArchiveManifest.Entry, Kind: TarEntryKind.File, Size: <= LongestManifest } entry)
            throw Bad($"its first entry is not {ArchiveManifest.Entry}");
        var text = new byte[entry.Size];
        for (var read = 0; read < text.Length;)
            read += await reader.ReadAsync(text.AsMemory(read), cancellation);
        try
        {
            var manifest = JsonSerializer.Deserialize(text, ArchiveJson.Default.ArchiveManifest) ?? throw new JsonException("it is null");
            if (manifest.Version != ArchiveManifest.Current)
                throw new CaissonException(ErrorCode.Unsupported, $"the archive is of version {manifest.Version}, and this server reads version {ArchiveManifest.Current}");
            return manifest.Layers.Count is > 0 and <= LayerStore.MostLayers && manifest.Layers.All(length => length is > 0 and <= LongestLayer)
                ? manifest
                : throw Bad("its manifest names no layers, or too many");
        }
        catch (JsonException damaged)
        {
            throw Bad($"its manifest cannot be read: {damaged.Message}");
        }
    }

    private static async Task<(TarItem? Next, string Digest, long Bytes)> LayerAsync(
        HostileArchive reader, TarItem? item, int layer, long length, string path, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.SetLength(length);
        var buffer = new byte[1 << 20];
        var (prefix, bytes, end) = ($"layers/{layer.ToString(CultureInfo.InvariantCulture)}/", 0L, 0L);
        while (item is { Kind: TarEntryKind.File } && item.Path.StartsWith(prefix, StringComparison.Ordinal))
        {
            if (!long.TryParse(item.Path.AsSpan(prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var offset) || offset < end || offset > length - item.Size)
                throw Bad($"its piece '{item.Path}' is not in order, or not within its layer");
            file.Position = offset;
            digest.AppendData(BitConverter.GetBytes(offset));
            for (int count; (count = await reader.ReadAsync(buffer, cancellation)) > 0;)
            {
                digest.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }

            (bytes, end) = (bytes + item.Size, offset + item.Size);
            item = await reader.NextAsync(cancellation);
        }

        return (item, $"pieces-{Convert.ToHexStringLower(digest.GetHashAndReset())}", bytes);
    }

    private static CaissonException Bad(string what) => new(ErrorCode.InvalidArgument, $"this is not the archive of a template: {what}", "Make one with 'caisson template export'.");
}
