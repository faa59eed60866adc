namespace Caisson.Images.Sources.Registry;

/// <summary>How a registry is reached.</summary>
public sealed record RegistryAccess
{
    /// <summary>Whether to speak HTTP without TLS, which is refused but for registries on loopback.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>Who asks, or null to look in the Docker configuration.</summary>
    public RegistryCredentials? Credentials { get; init; }

    /// <summary>The Docker configuration file, or null for none.</summary>
    public string? DockerConfiguration { get; init; }
}
