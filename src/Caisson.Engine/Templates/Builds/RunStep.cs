namespace Caisson.Engine.Templates.Builds;

/// <summary>RUN: a command that must succeed.</summary>
/// <param name="Arguments">A shell script alone, or with <paramref name="IsShell"/> false a program and its arguments.</param>
/// <param name="IsShell">Whether a shell reads it.</param>
/// <param name="User">Who runs it, or null for the user of the build.</param>
public sealed record RunStep(IReadOnlyList<string> Arguments, bool IsShell = true, string? User = null) : TemplateStep
{
    /// <summary>Variables of this command alone, under those of the build.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Text => $"RUN {Command}";

    /// <summary>The command as people write it.</summary>
    public string Command => string.Join(' ', Arguments);
}
