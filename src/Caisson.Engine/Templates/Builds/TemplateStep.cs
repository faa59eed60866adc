namespace Caisson.Engine.Templates.Builds;

/// <summary>One step of a build.</summary>
public abstract record TemplateStep
{
    /// <summary>Whether it is run even where its result is remembered.</summary>
    public bool Force { get; init; }

    /// <summary>The step as people write it.</summary>
    public abstract string Text { get; }
}
