using Caisson.Core.Policy;

namespace Caisson.Client;

/// <summary>A template to be built of a Dockerfile.</summary>
/// <param name="Name">Its name, with <c>:tag</c> if need be.</param>
/// <param name="Dockerfile">The Dockerfile's text.</param>
public sealed record DockerfileBuild(string Name, string Dockerfile)
{
    /// <summary>The hash by which its context was uploaded, or null.</summary>
    public string? Files { get; init; }

    /// <summary>Values for its ARG instructions.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A shell command that is started in every new sandbox, or null for what the Dockerfile says.</summary>
    public string? StartCommand { get; init; }

    /// <summary>A shell command that succeeds once a new sandbox is ready, or null.</summary>
    public string? ReadyCommand { get; init; }

    /// <summary>Whether every step is run even where its result is remembered.</summary>
    public bool Force { get; init; }

    /// <summary>Where the steps may connect to.</summary>
    public EgressPolicy Egress { get; init; } = EgressPolicy.None;

    /// <summary>How long one step may take, in seconds; null for the server's limit.</summary>
    public int? StepTimeoutSeconds { get; init; }
}
