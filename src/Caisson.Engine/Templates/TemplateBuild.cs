using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Templates;

/// <summary>One build of a template, under way or ended.</summary>
/// <param name="Id">Its id, a UUID.</param>
/// <param name="TemplateId">The template it is of.</param>
/// <param name="Tenant">Who owns both.</param>
/// <param name="Tags">The tags it gets once it is ready.</param>
/// <param name="Resources">Bounds of the sandboxes from it.</param>
/// <param name="CreatedAt">When it was asked for, UTC.</param>
public sealed record TemplateBuild(string Id, string TemplateId, string Tenant, IReadOnlyList<string> Tags, Resources Resources, DateTimeOffset CreatedAt)
{
    /// <summary>Where it is.</summary>
    public TemplateBuildState State { get; init; }

    /// <summary>When it ended, UTC, or null.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Where it failed: <c>base</c>, the number of the step, counted from 1, or <c>finalize</c>; null where it did not.</summary>
    public string? FailedStep { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Message { get; init; }

    /// <summary>The address of its topmost layer; null until it is ready.</summary>
    public string? Layer { get; init; }

    /// <summary>The address of a copy, processes and all, of a sandbox of it that is ready; null where nothing is run in them, or where their wall has no such copies.</summary>
    public string? Started { get; init; }

    /// <summary>The layers that it keeps.</summary>
    internal IEnumerable<string> Kept => new[] { Started, Layer }.OfType<string>();

    /// <summary>The wall that made its layers, which alone can read them; null until it is ready.</summary>
    public string? Wall { get; init; }

    /// <summary>What its own layers take on disk.</summary>
    public long Bytes { get; init; }

    /// <summary>What its sandboxes are given beside files.</summary>
    public TemplateDefaults Defaults { get; init; } = TemplateDefaults.None;
}
