using Caisson.Images.Store;
using Xunit;

namespace Caisson.Images.Tests;

/// <summary>A store in a directory of its own, and what lies in it.</summary>
internal sealed class StoreHarness : IDisposable
{
    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("caisson-images-");

    public StoreHarness(ImportLimits? limits = null) => Store = ImageStore.Open(Folder, limits ?? new ImportLimits(), TimeProvider.System);

    public ImageStore Store { get; private set; }

    public string Folder => Path.Combine(_outside.FullName, "images");

    public async Task<ImportedImage> ImportAsync(byte[] archive, string name = "test", string? reference = null)
    {
        using var stream = new MemoryStream(archive);
        return await Store.ImportAsync(stream, ImageName.Parse(name), reference, TestContext.Current.CancellationToken);
    }

    public async Task<string> RootAsync(TestImage image) => Store.RootOf(await ImportAsync(image.Layout()));

    public void Reopen()
    {
        Store.Dispose();
        Store = ImageStore.Open(Folder, new ImportLimits(), TimeProvider.System);
    }

    /// <summary>Folders of images, whole or half made.</summary>
    public string[] Folders() => Directory.GetDirectories(Folder);

    /// <summary>What lies beside the store, which nothing must be written to.</summary>
    public string[] Outside() => [.. _outside.GetFileSystemInfos().Select(one => one.Name).Where(name => name != "images")];

    public void Dispose()
    {
        Store.Dispose();
        _outside.Delete(recursive: true);
    }
}
