namespace Caisson.Images.Oci;

/// <summary>Names of the forms of content, of OCI and of Docker before it.</summary>
internal static class MediaTypes
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Whether it is a list of manifests.</summary>
    public static bool IsIndex(string? type) => type is Index or DockerList;

    /// <summary>Whether it is a manifest.</summary>
    public static bool IsManifest(string? type) => type is Manifest or DockerManifest;

    /// <summary>Whether it is a layer that we can unpack; how it is compressed its first bytes tell.</summary>
    public static bool IsLayer(string? type) => type is not null
        && !type.Contains("encrypted", StringComparison.Ordinal)
        && (type.StartsWith("application/vnd.oci.image.layer.", StringComparison.Ordinal) || type.StartsWith("application/vnd.docker.image.rootfs.", StringComparison.Ordinal));
}
