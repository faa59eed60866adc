using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ZstdSharp;

namespace Caisson.Images.Tests;

/// <summary>An image made by hand: layers of entries, written as an OCI layout or as docker save of old wrote it.</summary>
internal sealed class TestImage
{
    private readonly List<(byte[] Blob, string DiffId)> _layers = [];
    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    public JsonObject Config { get; } = new() { ["Env"] = new JsonArray("PATH=/bin", "LANG=C.UTF-8"), ["Cmd"] = new JsonArray("/bin/serve"), ["WorkingDir"] = "/srv", ["User"] = "app" };

    public string Architecture { get; set; } = "amd64";

    public static string Address(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static byte[] Tar(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }

        return stream.ToArray();
    }

    public static TarEntry File(string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, int user = 0) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = mode, Uid = user, Gid = user };

    public static TarEntry Folder(string name, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute) =>
        new PaxTarEntry(TarEntryType.Directory, name) { Mode = mode };

    public static TarEntry Link(string name, string target) => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };

    public static TarEntry HardLink(string name, string target) => new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target };

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return stream.ToArray();
    }

    public static byte[] Zstd(byte[] content)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(content).ToArray();
    }

    public TestImage Add(params TarEntry[] entries) => AddTar(Tar(entries), Gzip);

    public TestImage AddTar(byte[] tar, Func<byte[], byte[]> compress, string? stated = null)
    {
        _layers.Add((compress(tar), stated ?? Address(tar)));
        return this;
    }

    public byte[] Configuration() => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["os"] = "linux",
        ["architecture"] = Architecture,
        ["config"] = Config.DeepClone(),
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. _layers.Select(layer => (JsonNode)$"sha256:{layer.DiffId}")]) },
    }.ToJsonString());

    public string Id => $"sha256:{Address(Configuration())}";

    /// <summary>An OCI layout as a tar.</summary>
    public byte[] Layout(string? name = null) => Tar([.. Files(name).Select(file => Entry(file.Key, file.Value))]);

    /// <summary>The files of an OCI layout.</summary>
    public Dictionary<string, byte[]> Files(string? name = null)
    {
        _blobs.Clear();
        var configuration = Configuration();
        var manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", configuration),
            ["layers"] = new JsonArray([.. _layers.Select(layer => (JsonNode)Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer.Blob))]),
        }.ToJsonString());
        var described = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
        if (name is not null)
            described["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = name };
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["oci-layout"] = Encoding.UTF8.GetBytes("{\"imageLayoutVersion\":\"1.0.0\"}"),
            ["index.json"] = Encoding.UTF8.GetBytes(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(described) }.ToJsonString()),
        };
        foreach (var (address, blob) in _blobs)
            files[$"blobs/sha256/{address}"] = blob;
        return files;
    }

    /// <summary>The archive that docker save wrote before it knew layouts.</summary>
    public byte[] Saved(string tag)
    {
        var configuration = Configuration();
        var entries = _layers.Select(layer => Entry($"{Address(layer.Blob)}/layer.tar", layer.Blob)).ToList();
        entries.Add(Entry($"{Address(configuration)}.json", configuration));
        entries.Add(Entry("manifest.json", Encoding.UTF8.GetBytes(new JsonArray(new JsonObject
        {
            [nameof(Config)] = $"{Address(configuration)}.json",
            ["RepoTags"] = new JsonArray(tag),
            ["Layers"] = new JsonArray([.. _layers.Select(layer => (JsonNode)$"{Address(layer.Blob)}/layer.tar")]),
        }).ToJsonString())));
        return Tar([.. entries]);
    }

    private JsonObject Descriptor(string type, byte[] content)
    {
        _blobs[Address(content)] = content;
        return new JsonObject { ["mediaType"] = type, ["digest"] = $"sha256:{Address(content)}", ["size"] = content.Length };
    }

    private static PaxTarEntry Entry(string name, byte[] content) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };
}
