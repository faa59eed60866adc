using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Caisson.Core.Failures;
using Caisson.Images.Oci;

namespace Caisson.Images.Archives;

/// <summary>The files of an image archive, received into a directory of ours under names of ours; whatever has an address is checked against it.</summary>
internal sealed class ImageArchive
{
    private const int MostFiles = 10_000;
    private const string Blobs = "blobs/sha256/";
    private const int AddressLength = 64;
    private const int LongestJson = 4 << 20;
    private readonly string _directory;
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    private ImageArchive(string directory) => _directory = directory;

    /// <summary>Receives a tar archive, plain or compressed; what does not belong to an image is passed over.</summary>
    public static async Task<ImageArchive> ReceiveAsync(Stream source, string directory, long mostBytes, CancellationToken cancellation)
    {
        var archive = new ImageArchive(directory);
        // What is left after the end of the archive is read too, so that the sender can finish.
        await using var plain = await Compression.OpenAsync(source, cancellation).ConfigureAwait(false);
        await using var metered = new MeteredStream(plain, mostBytes, "the archive", hashes: false);
        var tar = new TarStream(metered);
        for (var count = 0; await tar.NextAsync(cancellation).ConfigureAwait(false) is { } entry; count++)
        {
            if (count > MostFiles)
                throw new CaissonException(ErrorCode.InvalidArgument, $"the archive has more than {MostFiles} files, so it is no image");
            await archive.TakeAsync(tar, entry, cancellation).ConfigureAwait(false);
        }

        var rest = new byte[64 << 10];
        while (await metered.ReadAsync(rest, cancellation).ConfigureAwait(false) > 0)
        {
        }

        return archive;
    }

    /// <summary>Whether it has a file of that name.</summary>
    public bool Has(string name) => _files.ContainsKey(Followed(name));

    /// <summary>Where the file of that name lies on the host.</summary>
    public string PathOf(string name) => _files.TryGetValue(Followed(name), out var path)
        ? path
        : throw new CaissonException(ErrorCode.InvalidArgument, $"the archive lacks '{name}', which its index names", "Save the whole image again.");

    /// <summary>Where the content of that address lies on the host.</summary>
    public string PathOf(Digest digest) => PathOf(Blobs + digest.Hex);

    /// <summary>Reads a small file.</summary>
    public static byte[] Read(string path)
    {
        if (new FileInfo(path).Length > LongestJson)
            throw new CaissonException(ErrorCode.InvalidArgument, "a description in the archive is larger than 4 MiB");
        return File.ReadAllBytes(path);
    }

    /// <summary>Reads a description.</summary>
    public static T ReadJson<T>(string path, JsonTypeInfo<T> form) => ParseJson(Read(path), form);

    /// <summary>Reads a description that is in memory already.</summary>
    public static T ParseJson<T>(byte[] content, JsonTypeInfo<T> form)
    {
        try
        {
            return JsonSerializer.Deserialize(content, form) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"a description in the archive is not understood: {e.Message}", inner: e);
        }
    }

    private async Task TakeAsync(TarStream tar, TarEntry entry, CancellationToken cancellation)
    {
        var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        if (!IsKnown(name))
            return;
        // Docker writes a layer that two images share once, and a link for the other.
        if (entry.Kind == TarEntryKind.Link)
            _links[name] = entry.Target.StartsWith("../", StringComparison.Ordinal) ? entry.Target[3..] : entry.Target;
        if (entry.Kind != TarEntryKind.File || _files.ContainsKey(name))
            return;
        var path = Path.Combine(_directory, $"f{_files.Count}");
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: false))
        {
            var buffer = new byte[256 << 10];
            for (int read; (read = await tar.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            }
        }

        if (AddressIn(name) is { } stated && Digest.Of(hash) is var found && found != stated)
            throw Corrupted(stated, found);
        _files[name] = path;
    }

    /// <summary>That content is not what its address says.</summary>
    public static CaissonException Corrupted(Digest stated, Digest found) => new(
        ErrorCode.InvalidArgument, $"the image is corrupted: what is stated to be {stated} is {found}", "Fetch or save the image again.", FailureKind.Infrastructure);

    private string Followed(string name) => _links.GetValueOrDefault(name, name);

    private static Digest? AddressIn(string name)
    {
        var text = name.StartsWith(Blobs, StringComparison.Ordinal) ? name[Blobs.Length..] : name.EndsWith(".json", StringComparison.Ordinal) ? name[..^".json".Length] : "";
        return Digest.TryParseHex(text, out var digest) ? digest : null;
    }

    private static bool IsKnown(string name) => name is "oci-layout" or "index.json" or "manifest.json"
        || (name.StartsWith(Blobs, StringComparison.Ordinal) && Digest.TryParseHex(name.AsSpan(Blobs.Length), out _))
        || (name.Length > AddressLength && name[AddressLength..] is ".json" or "/layer.tar" && Digest.TryParseHex(name.AsSpan(0, AddressLength), out _));
}
