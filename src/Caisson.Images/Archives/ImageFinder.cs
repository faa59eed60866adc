using Caisson.Core.Failures;
using Caisson.Images.Oci;

namespace Caisson.Images.Archives;

/// <summary>Finds the one image that is meant in an archive: of this machine's kind, and of the name asked for where there are several.</summary>
internal static class ImageFinder
{
    private const string OperatingSystem = "linux";
    private const string Architecture = "amd64";
    private const int DeepestIndex = 4;
    private static readonly string[] _names = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

    /// <summary>The image, its layers not yet looked into.</summary>
    /// <param name="archive">What was received.</param>
    /// <param name="reference">Its name in the archive, or null where there is only one.</param>
    /// <param name="mostLayers">How many layers it may have.</param>
    public static FoundImage Find(ImageArchive archive, string? reference, int mostLayers)
    {
        var image = archive.Has("index.json") ? FromLayout(archive, reference)
            : archive.Has("manifest.json") ? FromSaved(archive, reference)
            : throw new CaissonException(ErrorCode.InvalidArgument, "this is neither an OCI image layout nor an archive of docker save", "Make one with 'docker save IMAGE'; 'docker export' keeps no image.");
        var configuration = image.Configuration;
        if (configuration is not { OperatingSystem: OperatingSystem, Architecture: Architecture })
            throw new CaissonException(ErrorCode.Unsupported, $"the image is for {configuration.OperatingSystem}/{configuration.Architecture}, this host is {OperatingSystem}/{Architecture}", "Save the image for this platform.");
        return image.Layers.Count <= mostLayers
            ? image
            : throw new CaissonException(ErrorCode.InvalidArgument, $"the image has {image.Layers.Count} layers; {mostLayers} is the most", "Flatten it.");
    }

    private static FoundImage FromLayout(ImageArchive archive, string? reference)
    {
        var index = ImageArchive.ReadJson(archive.PathOf("index.json"), OciJson.Default.ImageIndex);
        var manifest = ImageArchive.ReadJson(archive.PathOf(Choose(archive, index, reference)), OciJson.Default.ImageManifest);
        var id = Digest.Parse(manifest.Config?.Digest);
        var layers = manifest.Layers ?? [];
        if (layers.FirstOrDefault(layer => !MediaTypes.IsLayer(layer.MediaType)) is { } strange)
            throw new CaissonException(ErrorCode.Unsupported, $"the image has a layer of the form '{strange.MediaType}', which cannot be unpacked");
        return Image(id, archive.PathOf(id), [.. layers.Select(layer => archive.PathOf(Digest.Parse(layer.Digest)))]);
    }

    private static FoundImage FromSaved(ImageArchive archive, string? reference)
    {
        var images = ImageArchive.ReadJson(archive.PathOf("manifest.json"), OciJson.Default.SavedImageArray);
        SavedImage[] meant = [.. images.Where(image => reference is null || image.Tags?.Contains(reference, StringComparer.Ordinal) == true)];
        var chosen = One(meant, images.SelectMany(image => image.Tags ?? []), reference);
        var path = archive.PathOf(chosen.Config ?? "");
        return Image(Digest.Of(ImageArchive.Read(path)), path, [.. (chosen.Layers ?? []).Select(archive.PathOf)]);
    }

    private static FoundImage Image(Digest id, string path, IReadOnlyList<string> layers)
    {
        var content = ImageArchive.Read(path);
        if (Digest.Of(content) is var found && found != id)
            throw ImageArchive.Corrupted(id, found);
        var configuration = ImageArchive.ParseJson(content, OciJson.Default.ImageConfiguration);
        var diffs = configuration.Root?.DiffIds ?? [];
        if (configuration.Root?.Type != "layers" || diffs.Count != layers.Count || layers.Count == 0)
            throw new CaissonException(ErrorCode.InvalidArgument, "the image's configuration does not fit its layers", "Save the image again; what is no file system cannot be a template.");
        return new FoundImage(id, configuration, [.. layers.Zip(diffs, (layer, diff) => new FoundLayer(layer, Digest.Parse(diff)))]);
    }

    private static Digest Choose(ImageArchive archive, ImageIndex index, string? reference)
    {
        for (var depth = 0; depth < DeepestIndex; depth++)
        {
            var candidates = (index.Manifests ?? []).Where(one => IsForUs(one.Platform)).ToArray();
            var meant = reference is null ? candidates : [.. candidates.Where(one => Names(one).Contains(reference, StringComparer.Ordinal))];
            var chosen = One(meant, candidates.SelectMany(Names), reference);
            if (!MediaTypes.IsIndex(chosen.MediaType))
                return Digest.Parse(chosen.Digest);
            index = ImageArchive.ReadJson(archive.PathOf(Digest.Parse(chosen.Digest)), OciJson.Default.ImageIndex);
            // The name is the outermost list's; within, platforms differ.
            reference = null;
        }

        throw new CaissonException(ErrorCode.InvalidArgument, "the image's lists of manifests lie too deep in each other");
    }

    // Names of one image may be several entries of the same content.
    private static T One<T>(IReadOnlyList<T> meant, IEnumerable<string> names, string? reference)
        where T : class
    {
        if (meant.Count == 1 || (meant.Count > 1 && meant[0] is Descriptor first && meant.All(one => one is Descriptor other && other.Digest == first.Digest)))
            return meant[0];
        var known = string.Join(", ", names.Distinct(StringComparer.Ordinal).Take(20));
        throw new CaissonException(
            ErrorCode.InvalidArgument,
            meant.Count == 0 ? (reference is null ? "the archive has no image for this platform" : $"the archive has no image '{reference}'") : "the archive has several images",
            known.Length == 0 ? null : $"Name one of them: {known}.");
    }

    private static bool IsForUs(Platform? platform) => platform is null or { OperatingSystem: null or OperatingSystem, Architecture: null or Architecture };

    private static IEnumerable<string> Names(Descriptor one) => _names.Select(name => one.Annotations?.GetValueOrDefault(name)).OfType<string>();
}
