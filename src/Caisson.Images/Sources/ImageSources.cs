using Caisson.Core.Failures;
using Caisson.Images.Sources.Registry;

namespace Caisson.Images.Sources;

/// <summary>Sources by the names that the field's tools give them.</summary>
public static class ImageSources
{
    private const string Daemon = "docker-daemon:";
    private const string Registry = "docker://";

    /// <summary>The source of a text: <c>docker://HOST/NAME[:TAG]</c>, <c>docker-daemon:NAME</c>, or the path of an archive or a layout directory.</summary>
    public static IImageSource Open(string text, RegistryAccess registry)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.StartsWith(Registry, StringComparison.Ordinal))
            return new RegistrySource(RegistryReference.Parse(text[Registry.Length..]), registry);
        if (text.StartsWith(Daemon, StringComparison.Ordinal))
            return new DaemonSource(text[Daemon.Length..], DaemonSource.Socket());
        if (Directory.Exists(text))
            return new LayoutSource(text);
        return File.Exists(text) ? new FileSource(text) : throw new CaissonException(
            ErrorCode.NotFound, $"there is no file or directory '{text}'", "Name an archive, an OCI layout directory, docker-daemon:IMAGE, or docker://HOST/IMAGE.");
    }
}
