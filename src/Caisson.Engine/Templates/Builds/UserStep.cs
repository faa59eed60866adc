namespace Caisson.Engine.Templates.Builds;

/// <summary>USER: who runs everything after it, and the commands of the sandboxes.</summary>
/// <param name="Name">The user's name inside; empty for the default again.</param>
public sealed record UserStep(string Name) : TemplateStep
{
    /// <inheritdoc/>
    public override string Text => $"USER {Name}";
}
