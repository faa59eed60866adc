using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Images.Archives;
using Caisson.Images.Layers;
using Caisson.Images.Oci;
using Caisson.Images.Roots;
using Caisson.Linux.Files;

namespace Caisson.Images.Store;

/// <summary>Images in a directory: one folder an image, named by its address, and a file of names. What is half made has a name of its own.</summary>
public sealed class ImageStore : IImageStore, IDisposable
{
    private const int ParallelImports = 2;
    private const string NamesFile = "names.json";
    private const string RecordFile = "image.json";
    private const string Making = ".making-";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _directory;
    private readonly ImportLimits _limits;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _imports = new(ParallelImports, ParallelImports);
    private readonly Dictionary<string, ImportedImage> _images = new(StringComparer.Ordinal);
    private SortedDictionary<string, string> _names = new(StringComparer.Ordinal);

    private ImageStore(string directory, ImportLimits limits, TimeProvider time) => (_directory, _limits, _time) = (directory, limits, time);

    /// <summary>Opens the store of a directory, made if need be, and removes what was left half made.</summary>
    public static ImageStore Open(string directory, ImportLimits limits, TimeProvider time)
    {
        var store = new ImageStore(Path.GetFullPath(directory), limits, time);
        Directory.CreateDirectory(store._directory, Private);
        store.Load();
        return store;
    }

    /// <inheritdoc/>
    public ImportedImage? Find(string reference)
    {
        lock (_gate)
        {
            if (Digest.TryParse(reference, out var digest))
                return _images.GetValueOrDefault(digest.ToString());
            return ImageName.TryParse(reference, out var name) && _names.TryGetValue(name.ToString(), out var id) ? _images.GetValueOrDefault(id) : null;
        }
    }

    /// <inheritdoc/>
    public string RootOf(ImportedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Path.Combine(FolderOf(image.Id), "root");
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedImage> List()
    {
        lock (_gate)
            return [.. _names.Where(pair => _images.ContainsKey(pair.Value)).Select(pair => (Name: ImageName.Parse(pair.Key), Image: _images[pair.Value])).Select(one => new NamedImage(one.Name.Name, one.Name.Tag, one.Image))];
    }

    /// <inheritdoc/>
    public async Task<ImportedImage> ImportAsync(Stream archive, ImageName name, string? reference, CancellationToken cancellation)
    {
        await _imports.WaitAsync(cancellation).ConfigureAwait(false);
        var making = Path.Combine(_directory, Making + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(Path.Combine(making, "archive"), Private);
            var received = await ReceiveAsync(archive, Path.Combine(making, "archive"), cancellation).ConfigureAwait(false);
            var found = ImageFinder.Find(received, reference, _limits.Layers);
            if (Find(found.Id.ToString()) is not { } image)
                image = await UnpackAsync(found, making, cancellation).ConfigureAwait(false);
            return Keep(image, making, name);
        }
        finally
        {
            DeleteTree(making);
            _imports.Release();
        }
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(ImageName name, Func<string, bool> isUsed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(isUsed);
        string? folder = null;
        lock (_gate)
        {
            if (!_names.Remove(name.ToString(), out var id))
                return Task.FromResult(false);
            SaveNames();
            if (!_names.ContainsValue(id) && !isUsed(id) && _images.Remove(id))
            {
                // A folder without its record is no image any more, whatever happens to us now.
                folder = Path.Combine(_directory, Making + Guid.NewGuid().ToString("N"));
                Directory.Move(FolderOf(id), folder);
            }
        }

        return folder is null ? Task.FromResult(true) : Task.Run(() => Delete(folder), CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Sweep(Func<string, bool> isUsed)
    {
        ArgumentNullException.ThrowIfNull(isUsed);
        lock (_gate)
        {
            foreach (var id in _images.Keys.Where(id => !_names.ContainsValue(id) && !isUsed(id)).ToList())
            {
                _images.Remove(id);
                DeleteTree(FolderOf(id));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _imports.Dispose();

    private async Task<ImageArchive> ReceiveAsync(Stream archive, string directory, CancellationToken cancellation)
    {
        try
        {
            return await ImageArchive.ReceiveAsync(archive, directory, _limits.ArchiveBytes, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ZstdSharp.ZstdException)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"the archive cannot be read: {e.Message}", "Send a tar of an OCI image layout or of docker save.", inner: e);
        }
    }

    private async Task<ImportedImage> UnpackAsync(FoundImage found, string making, CancellationToken cancellation)
    {
        var root = Path.Combine(making, "image", "root");
        Directory.CreateDirectory(root);
        File.SetUnixFileMode(root, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var budget = new UnpackBudget(_limits);
        using var tree = ContainedTree.Open(root);
        foreach (var layer in found.Layers)
            await new LayerUnpacking(tree, budget).ApplyAsync(layer, cancellation).ConfigureAwait(false);
        RootCompletion.Apply(tree);
        var image = new ImportedImage(found.Id.ToString(), Defaults(found.Configuration.Config, tree), found.Layers.Count, budget.Bytes, budget.Entries, _time.GetUtcNow());
        await File.WriteAllBytesAsync(Path.Combine(making, "image", RecordFile), JsonSerializer.SerializeToUtf8Bytes(image, ImageStoreJson.Default.ImportedImage), cancellation).ConfigureAwait(false);
        tree.Sync();
        return image;
    }

    private ImportedImage Keep(ImportedImage image, string making, ImageName name)
    {
        lock (_gate)
        {
            if (_images.TryGetValue(image.Id, out var before))
                image = before;
            else
                Directory.Move(Path.Combine(making, "image"), FolderOf(image.Id));
            _images[image.Id] = image;
            _names[name.ToString()] = image.Id;
            SaveNames();
            return image;
        }
    }

    private void Load()
    {
        foreach (var folder in Directory.EnumerateDirectories(_directory))
        {
            var name = Path.GetFileName(folder);
            if (name.StartsWith(Making, StringComparison.Ordinal))
                DeleteTree(folder);
            else if (Digest.TryParseHex(name, out _) && File.Exists(Path.Combine(folder, RecordFile)))
                Take(JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, RecordFile)), ImageStoreJson.Default.ImportedImage)!);
        }

        var names = Path.Combine(_directory, NamesFile);
        if (File.Exists(names))
            _names = new(JsonSerializer.Deserialize(File.ReadAllBytes(names), ImageStoreJson.Default.SortedDictionaryStringString)!, StringComparer.Ordinal);
    }

    private void Take(ImportedImage image) => _images[image.Id] = image;

    private void SaveNames()
    {
        var path = Path.Combine(_directory, NamesFile);
        using (var file = new FileStream($"{path}.new", FileMode.Create))
        {
            JsonSerializer.Serialize(file, _names, ImageStoreJson.Default.SortedDictionaryStringString);
            file.Flush(flushToDisk: true);
        }

        File.Move($"{path}.new", path, overwrite: true);
    }

    private string FolderOf(string id) => Path.Combine(_directory, Digest.Parse(id).Hex);

    private static bool Delete(string folder)
    {
        DeleteTree(folder);
        return true;
    }

    private static void DeleteTree(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        using (var tree = ContainedTree.Open(folder))
            tree.Empty("", _ => false);
        Directory.Delete(folder);
    }

    private static ImageDefaults Defaults(ContainerConfiguration? config, ContainedTree tree)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in config?.Environment ?? [])
        {
            if (variable.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && !variable.Contains('\0', StringComparison.Ordinal))
                environment[variable[..equals]] = variable[(equals + 1)..];
        }

        var user = Given(config?.User);
        return new ImageDefaults(environment, user, Given(config?.WorkingDirectory), [.. config?.Entrypoint ?? [], .. config?.Command ?? []])
        {
            Account = user is null ? null : RootCompletion.AccountOf(tree, user.Split(':')[0]),
        };
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
