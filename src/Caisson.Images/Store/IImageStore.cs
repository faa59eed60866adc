namespace Caisson.Images.Store;

/// <summary>The imported images of this host, by name and by content.</summary>
public interface IImageStore
{
    /// <summary>The image of that name (<c>NAME[:TAG]</c>) or address (<c>sha256:...</c>), or null.</summary>
    ImportedImage? Find(string reference);

    /// <summary>Where the files of an image lie; they never change.</summary>
    string RootOf(ImportedImage image);

    /// <summary>Every name, in order.</summary>
    IReadOnlyList<NamedImage> List();

    /// <summary>Unpacks the image in an archive and names it; one that is here already costs nothing. On failure nothing is left.</summary>
    /// <param name="archive">A tar of an OCI image layout or of <c>docker save</c>, perhaps compressed.</param>
    /// <param name="name">The template's name, taken from the image that had it before.</param>
    /// <param name="reference">The image's name in the archive, or null where it has only one.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<ImportedImage> ImportAsync(Stream archive, ImageName name, string? reference, CancellationToken cancellation);

    /// <summary>Takes a name away; the files go with the last name, unless something still stands on them. False when there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isUsed">Whether something stands on the image of that address; then its files go at the first start after.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<bool> RemoveAsync(ImageName name, Func<string, bool> isUsed, CancellationToken cancellation);

    /// <summary>Removes images without a name on which nothing stands.</summary>
    void Sweep(Func<string, bool> isUsed);
}
