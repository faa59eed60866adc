using Caisson.Core.Policy;

namespace Caisson.Engine.Templates.Builds;

/// <summary>What a template is built of.</summary>
public sealed record TemplateRecipe
{
    /// <summary>The template or imported image to stand on.</summary>
    public required string From { get; init; }

    /// <summary>The steps, in order.</summary>
    public IReadOnlyList<TemplateStep> Steps { get; init; } = [];

    /// <summary>A shell command that is started in every new sandbox, or null for that of <see cref="From"/>.</summary>
    public string? StartCommand { get; init; }

    /// <summary>A shell command that succeeds once a new sandbox is ready, or null.</summary>
    public string? ReadyCommand { get; init; }

    /// <summary>Whether every step is run even where its result is remembered.</summary>
    public bool Force { get; init; }

    /// <summary>Where connections of the steps may go.</summary>
    public EgressPolicy Egress { get; init; } = EgressPolicy.None;

    /// <summary>The wall to build on, or null for the one of <see cref="From"/>, or the server's default.</summary>
    public string? Wall { get; init; }

    /// <summary>Who runs steps while neither <see cref="From"/> nor a step names a user; null for the server's default user.</summary>
    public string? StepUser { get; init; }

    /// <summary>Where steps run while neither <see cref="From"/> nor a step names a directory; null for the user's home.</summary>
    public string? StepDirectory { get; init; }

    /// <summary>How long one step may take, or null for the server's limit, which is also the longest.</summary>
    public TimeSpan? StepLimit { get; init; }
}
