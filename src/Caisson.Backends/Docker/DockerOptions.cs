namespace Caisson.Backends.Docker;

/// <summary>What the Docker wall needs to know of its host.</summary>
public sealed record DockerOptions
{
    private const string UnixScheme = "unix://";

    /// <summary>The daemon's socket.</summary>
    public string Socket { get; init; } = "/var/run/docker.sock";

    /// <summary>The state directory of this server; containers of others are left alone.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>How long one call to the daemon may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The socket that DOCKER_HOST names, or the usual one; only Unix sockets are used.</summary>
    public static string SocketOf(string? dockerHost) =>
        dockerHost is not null && dockerHost.StartsWith(UnixScheme, StringComparison.Ordinal) ? dockerHost[UnixScheme.Length..] : "/var/run/docker.sock";
}
