using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Caisson.Engine.Layers;

namespace Caisson.Engine.Templates.Archives;

/// <summary>Writes a template as a tar archive with gzip: a manifest, and its layers without their holes.</summary>
internal static class TemplateArchiveWriter
{
    private const int Block = 1 << 20;
    private const int LongestPiece = 16 << 20;

    public static async Task WriteAsync(TemplateVersion version, LayerStore layers, Stream target, CancellationToken cancellation)
    {
        var build = version.Build;
        var files = await layers.SoundFilesAsync(build.Layer, cancellation);
        var record = layers.Get(build.Layer!);
        var tag = version.Template.Tags.FirstOrDefault(one => one.BuildId == build.Id)?.Tag ?? TemplateReference.DefaultTag;
        var manifest = new ArchiveManifest(
            ArchiveManifest.Current, version.Template.Name, tag, record.Template, record.Wall, build.Resources, build.Defaults, [.. files.Select(file => new FileInfo(file).Length)]);
        await using var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true);
        await AddAsync(tar, ArchiveManifest.Entry, JsonSerializer.SerializeToUtf8Bytes(manifest, ArchiveJson.Default.ArchiveManifest), cancellation);
        for (var layer = 0; layer < files.Count; layer++)
            await AddLayerAsync(tar, layer, files[layer], cancellation);
    }

    private static async Task AddLayerAsync(TarWriter tar, int layer, string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        var block = new byte[Block];
        using var piece = new MemoryStream();
        long offset = 0;
        long began = 0;
        for (int count; (count = await file.ReadAtLeastAsync(block, Block, throwOnEndOfStream: false, cancellation)) > 0; offset += count)
        {
            var isHole = !block.AsSpan(0, count).ContainsAnyExcept((byte)0);
            if (piece.Length > 0 && (isHole || piece.Length >= LongestPiece))
            {
                await AddAsync(tar, ArchiveManifest.PieceName(layer, began), piece.ToArray(), cancellation);
                piece.SetLength(0);
            }

            if (isHole)
                continue;
            if (piece.Length == 0)
                began = offset;
            piece.Write(block, 0, count);
        }

        if (piece.Length > 0)
            await AddAsync(tar, ArchiveManifest.PieceName(layer, began), piece.ToArray(), cancellation);
    }

    private static async Task AddAsync(TarWriter tar, string name, byte[] content, CancellationToken cancellation)
    {
        using var data = new MemoryStream(content, writable: false);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = DateTimeOffset.UnixEpoch }, cancellation);
    }
}
