namespace Caisson.Engine.Templates.Builds;

/// <summary>ENV: variables of everything after it, and of the sandboxes; <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-else}</c> and <c>${NAME:+then}</c> stand for variables set before.</summary>
/// <param name="Variables">Names and values, in order.</param>
public sealed record EnvironmentStep(IReadOnlyList<KeyValuePair<string, string>> Variables) : TemplateStep
{
    /// <inheritdoc/>
    public override string Text => $"ENV {string.Join(' ', Variables.Select(pair => pair.Key))}";
}
