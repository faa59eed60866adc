using Caisson.Server.Api.Sandboxes;

namespace Caisson.Server.Api.Templates;

/// <summary>What a template is to be built of: steps upon another template, or a Dockerfile.</summary>
internal sealed record BuildTemplate
{
    /// <summary>Its name, of a-z, 0-9, '-' and '_', with <c>:tag</c> if need be.</summary>
    public required string Name { get; set; }

    /// <summary>More tags that it gets once it is ready; <c>default</c> where there is none at all.</summary>
    public List<string> Tags { get; set; } = [];

    /// <summary>The template or imported image to stand on; not beside a Dockerfile.</summary>
    public string? From { get; set; }

    /// <summary>The steps, in order; not beside a Dockerfile.</summary>
    public List<TemplateStepBody> Steps { get; set; } = [];

    /// <summary>A Dockerfile in place of steps.</summary>
    public string? Dockerfile { get; set; }

    /// <summary>The SHA-256 by which the Dockerfile's context was uploaded.</summary>
    public string? Files { get; set; }

    /// <summary>Values for the Dockerfile's ARG instructions.</summary>
    public Dictionary<string, string>? Arguments { get; set; }

    /// <summary>A shell command that is started in every new sandbox.</summary>
    public string? StartCommand { get; set; }

    /// <summary>A shell command that succeeds once a new sandbox is ready.</summary>
    public string? ReadyCommand { get; set; }

    /// <summary>Whether every step is run even where its result is remembered.</summary>
    public bool Force { get; set; }

    /// <summary>Where the steps may connect to; nothing gets out when left out.</summary>
    public EgressBody? Egress { get; set; }

    /// <summary>The wall to build on, or null for the server's choice.</summary>
    public string? Wall { get; set; }

    /// <summary>Bounds of the sandboxes from it.</summary>
    public ResourceLimits? Resources { get; set; }

    /// <summary>How long one step may take: 1 to 86400 seconds, the server's limit when left out.</summary>
    public int? StepTimeoutSeconds { get; set; }
}
