namespace Caisson.Engine.Templates.Builds;

/// <summary>WORKDIR: the directory of everything after it, and of the sandboxes; it is made where it is not there.</summary>
/// <param name="Path">Absolute, or relative to the one before.</param>
public sealed record DirectoryStep(string Path) : TemplateStep
{
    /// <inheritdoc/>
    public override string Text => $"WORKDIR {Path}";
}
